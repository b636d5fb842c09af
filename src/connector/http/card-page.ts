/**
 * A page with nothing but the card, for whoever has no page of their own.
 *
 * @module
 */
import {createHash} from 'node:crypto'
import type {Language} from '../words/language.ts'

const STYLE = `:root {color-scheme: light dark}
body {margin: 0; display: grid; justify-items: center; background: Canvas}
main {box-sizing: border-box; width: min(36rem, 100%); padding: 1rem}
h1 {margin: .5rem 0 1rem; font: 700 1.4rem/1.25 system-ui, sans-serif; color: CanvasText}`

/**
 * Takes the key out of the address, where it would stay in the history of the browser. The tab keeps it, and the card
 * sends it. It runs before the card, which is a module.
 */
const SCRIPT = `const [, given] = /^#key=([\\w.~+/=-]+)$/.exec(location.hash) ?? []
if (given) {
  sessionStorage.setItem('codex-connector-key', given)
  history.replaceState(null, '', location.pathname)
}
const key = sessionStorage.getItem('codex-connector-key')
if (key) document.querySelector('codex-account-card').headers = () => ({authorization: 'Bearer ' + key})`

/** Only the card and the lines above run, and only this server is asked. */
const POLICY = [
  "default-src 'none'",
  `script-src 'self' ${toSource(SCRIPT)}`,
  `style-src ${toSource(STYLE)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const TITLES: Readonly<Record<Language, string>> = {
  en: 'Connect a ChatGPT account',
  es: 'Conectar una cuenta de ChatGPT',
}

/** Answers with the page. */
export function answerCardPage(basePath: string, language: Language): Response {
  const page = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TITLES[language]}</title>
<style>${STYLE}</style>
<script type="module" src="${basePath}/connectors/codex/card.js"></script>
</head>
<body>
<main>
<h1>${TITLES[language]}</h1>
<codex-account-card base-url="${basePath}" lang="${language}"></codex-account-card>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`
  return new Response(page, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
      'content-language': language,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** Answers with the code of the card. */
export function answerCardScript(script: string): Response {
  return new Response(script, {
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    },
  })
}

/** How a policy names a text that may stand in the page. */
function toSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
