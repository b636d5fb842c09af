/**
 * Does what a user does in a browser: opens a page, chooses an account and presses a button.
 *
 * @module
 */
import type {FetchFunction} from '../../http/fetch.ts'

/** What the user does. */
export interface LoginDecision {
  /** Which account to choose; the one that is chosen already when left out. */
  readonly email?: string
  /** Presses Cancel. */
  readonly cancel?: boolean
  /** Tells an app who they are, and does not let it use the plan. */
  readonly withoutPlan?: boolean
}

interface OpenPage {
  readonly action: URL
  readonly form: URLSearchParams
}

const HIDDEN_INPUT = /<input type="hidden" name="([^"]*)" value="([^"]*)">/g
const CHOICE = /<input type="radio" name="account" value="([^"]*)"[^>]*>\s*<span>([^<]*)<\/span>/g
const FORM_ACTION = /<form method="post" action="([^"]*)"/

/**
 * Opens the page of an authorization request, decides, and returns where the browser is sent.
 *
 * @throws {Error} The page is an error page, or does not offer the account.
 */
export async function approveAuthorization(
  fetch: FetchFunction,
  url: URL,
  decision: LoginDecision,
): Promise<URL> {
  const {action, form} = await openPage(fetch, url, decision)
  form.set('decision', decision.cancel ? 'cancel' : 'continue')
  if (decision.withoutPlan) form.set('plan', 'none')
  const response = await fetch(action, {method: 'POST', body: form, redirect: 'manual'})
  const location = response.headers.get('location')
  if (location === null) throw new Error(`The page answered ${response.status}, not a redirect`)
  return new URL(location)
}

/**
 * Opens the page for device codes and types a code.
 *
 * @throws {Error} The page does not take the code, or does not offer the account.
 */
export async function approveDeviceCode(
  fetch: FetchFunction,
  url: URL,
  {userCode, ...decision}: LoginDecision & {readonly userCode: string},
): Promise<void> {
  const {action, form} = await openPage(fetch, url, decision)
  form.set('user_code', userCode)
  const response = await fetch(action, {method: 'POST', body: form})
  if (!response.ok)
    throw new Error(`The page answered ${response.status}: ${await textOf(response)}`)
}

async function openPage(fetch: FetchFunction, url: URL, {email}: LoginDecision): Promise<OpenPage> {
  const response = await fetch(url)
  if (!response.ok)
    throw new Error(`The page answered ${response.status}: ${await textOf(response)}`)
  const html = await response.text()
  const choices = [...html.matchAll(CHOICE)].map(([, value = '', text = '']) => ({
    value: unescapeHtml(value),
    email: unescapeHtml(text),
  }))
  const chosen = choices.find((choice) => email === undefined || choice.email === email)
  if (!chosen) throw new Error(`The page does not offer the account ${email}`)
  const form = new URLSearchParams({account: chosen.value})
  for (const [, name = '', value = ''] of html.matchAll(HIDDEN_INPUT)) {
    form.set(name, unescapeHtml(value))
  }
  return {action: new URL(FORM_ACTION.exec(html)?.[1] ?? '', url), form}
}

async function textOf(response: Response): Promise<string> {
  const alert = /role="alert">([^<]*)</.exec(await response.text())
  return unescapeHtml(alert?.[1] ?? 'no reason given')
}

function unescapeHtml(text: string): string {
  const characters: Readonly<Record<string, string>> = {
    '&amp;': '&',
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#39;': "'",
  }
  return text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => characters[entity] ?? entity)
}
