/**
 * The page that a browser shows at the end of a login.
 *
 * @module
 */

/** What the page says, in plain text. */
export interface LoginPage {
  readonly title: string
  readonly detail?: string
}

const STYLE = `
  :root {color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif}
  body {margin: 0; min-height: 100vh; display: grid; place-items: center}
  main {max-width: 30rem; padding: 2rem}
  h1 {font-size: 1.4rem; line-height: 1.25}
`

/** Nothing on the page runs or loads anything, and its address, which held a code, goes nowhere. */
const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
}

/** Answers with the page. */
export function answerLoginPage({title, detail}: LoginPage, status = 200): Response {
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
<h1>${escapeHtml(title)}</h1>
${detail === undefined ? '' : `<p>${escapeHtml(detail)}</p>`}
</main>
</body>
</html>
`
  return new Response(page, {status, headers: HEADERS})
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
