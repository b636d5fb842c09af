/**
 * HTML pages of the stand-in authorization server.
 *
 * @module
 */
import type {SimulatedAccount} from './state/simulated-account.ts'

/** Markup. Everything that goes into it from outside was escaped. */
export type Html = string

const STYLE = `
  :root {color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif}
  body {margin: 0; min-height: 100vh; display: grid; place-items: center;
    background: Canvas; color: CanvasText}
  main {box-sizing: border-box; width: min(28rem, 100%); padding: 2rem}
  h1 {font-size: 1.4rem; line-height: 1.25}
  .notice {padding: .5rem .75rem; border-left: 4px solid #b45309; font-size: .9rem}
  fieldset {margin: 1.5rem 0; padding: .5rem 1rem; border: 1px solid GrayText; border-radius: .5rem}
  .choice, .field {display: block; margin: .75rem 0}
  .choice small {display: block; margin-left: 1.7rem}
  input[type=text] {box-sizing: border-box; width: 100%; padding: .6rem; font: inherit}
  button {font: inherit; padding: .6rem 1.1rem; margin: 0 .5rem .5rem 0; border-radius: .5rem;
    border: 1px solid currentColor; background: transparent; color: inherit; cursor: pointer}
  button.primary {background: #0f6b52; border-color: #0f6b52; color: #fff}
  :focus-visible {outline: 3px solid #2563eb; outline-offset: 2px}
`

/** Nothing on a page runs or loads anything. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

/** Makes text safe in markup and in quoted attributes. */
export function escapeHtml(text: string): Html {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** Answers with a page. */
export function answerPage(title: string, content: Html, status = 200): Response {
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="notice">This is the Codex simulator. No real account is used here.</p>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`
  return new Response(page, {status, headers: HEADERS})
}

/** Answers with a page that says what is wrong. */
export function answerErrorPage(message: string, status = 400): Response {
  return answerPage('This login cannot go on', `<p role="alert">${escapeHtml(message)}</p>`, status)
}

/** A group of radio buttons, one for each account; the first one is chosen. */
export function renderAccountChoice(accounts: readonly SimulatedAccount[]): Html {
  const choices = accounts.map(
    ({email, plan, accountId, userId}, index) => `<label class="choice">
<input type="radio" name="account" value="${escapeHtml(`${userId} ${accountId}`)}"${index === 0 ? ' checked' : ''}>
<span>${escapeHtml(email)}</span>
<small>plan: ${escapeHtml(plan)}, workspace ${escapeHtml(accountId.slice(0, 8))}</small>
</label>`,
  )
  return `<fieldset>
<legend>Account</legend>
${choices.join('\n')}
</fieldset>`
}

/** Finds the account that was chosen with {@link renderAccountChoice}. */
export function findChosenAccount(
  accounts: readonly SimulatedAccount[],
  chosen: string,
): SimulatedAccount | undefined {
  return accounts.find(({userId, accountId}) => `${userId} ${accountId}` === chosen)
}
