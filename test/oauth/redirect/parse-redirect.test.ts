import {describe, expect, test} from 'vitest'
import {RedirectInvalidError} from '../../../src/errors.ts'
import {checkState, parseRedirect} from '../../../src/oauth/redirect/parse-redirect.ts'

const STATE = 'wLzKkq2P8a-state'
const CODE = 'ac_9fT-x0.pQ7~LmN'
const URL_TEXT = `http://localhost:1455/auth/callback?code=${CODE}&state=${STATE}`

/** As a narrow terminal copies it. */
function wrap(text: string): string {
  return text.replaceAll(/.{25}/g, '$&\n')
}

describe('what a user can paste', () => {
  test.each([
    ['the code alone', CODE],
    ['code#state', `${CODE}#${STATE}`],
    ['the query', `code=${CODE}&state=${STATE}`],
    ['the query with its question mark', `?code=${CODE}&state=${STATE}`],
    ['the query in another order', `state=${STATE}&scope=openid+email&code=${CODE}`],
    ['the code parameter alone', `code=${CODE}`],
    ['the whole address', URL_TEXT],
    ['an address without a scheme', `localhost:1455/auth/callback?code=${CODE}&state=${STATE}`],
    ['an address with the code in its fragment', URL_TEXT.replace('?', '#')],
    ['an address from an HTML page', URL_TEXT.replace('&', '&amp;')],
    ['an address with a percent-encoded code', URL_TEXT.replace('~', '%7E').replace('_', '%5f')],
    ['an address percent-encoded as a whole', encodeURIComponent(URL_TEXT)],
    ['an address with shell escapes', URL_TEXT.replace('?', '\\?').replace('&', '\\&')],
    ['an address in straight quotes', `"${URL_TEXT}"`],
    ['an address in curly quotes', `\u201c${URL_TEXT}\u201d`],
    ['an address in backticks', `\`${URL_TEXT}\``],
    ['an address in angle brackets', `<${URL_TEXT}>`],
    ['an address that a terminal wrapped', URL_TEXT.replaceAll(/.{20}/g, '$&\r\n    ')],
    ['an address with a zero-width space', URL_TEXT.replace('code=', 'code=\u200b')],
    ['an address between the marks of a paste', `\u001B[200~${URL_TEXT}\u001B[201~`],
    ['an address between marks without their first character', `[200~${URL_TEXT} [201~`],
    ['an address between marks that a terminal shows', `^[[200~${URL_TEXT}^[[201~`],
    ['a code between the marks of a paste', `\u001B[200~${CODE}\u001B[201~`],
    ['an address between marks of one character', `\u009B200~${URL_TEXT}\u009B201~`],
    ['an address in colour', `\u001B[1;34m${URL_TEXT}\u001B[0m`],
    ['an address that a terminal wrapped between marks', wrap(`\u001B[200~${URL_TEXT}\u001B[201~`)],
    ['a link of Markdown', `[the last page](${URL_TEXT})`],
    ['a link of Markdown with its address', `[${URL_TEXT}](${URL_TEXT}).`],
    ['a link of HTML', `<a href="${URL_TEXT.replace('&', '&#38;')}">here</a>`],
    ['a header', `Location: ${URL_TEXT}`],
    [
      'a header among others',
      `HTTP/1.1 302 Found\r\nLocation: ${URL_TEXT}\r\nConnection: close\r\n`,
    ],
    [
      'a header with the code at its end',
      `location: http://[::1]:1455/x?state=${STATE}&code=${CODE}\nVary: *`,
    ],
    ['a sentence with an address', `I got to ${URL_TEXT}, and now?`],
    ['an address of 127.0.0.1', URL_TEXT.replace('localhost', '127.0.0.1')],
    ['an address of IPv6', URL_TEXT.replace('localhost', '[::1]')],
    ['an address that was made https', URL_TEXT.replace('http', 'https')],
    ['an address in another one', `https://mail.example/?url=${encodeURIComponent(URL_TEXT)}`],
    ['an address with word joiners', URL_TEXT.replaceAll(/./g, '$&\u2060')],
    ['a code that a terminal wrapped', `  ac_9fT-x0\n  .pQ7~LmN\n`],
  ])('%s', (_, pasted) => {
    expect(parseRedirect(pasted, STATE)).toEqual({code: CODE})
  })

  test('blanks and quotes at any place of an address make no difference', () => {
    const pasted = Array.from(
      {length: URL_TEXT.length + 1},
      (_, position) => `${URL_TEXT.slice(0, position)} "\n\u2019 ${URL_TEXT.slice(position)}`,
    )
    const refused = pasted.filter((text) => parseRedirect(text, STATE).code !== CODE)
    expect(refused).toEqual([])
  })

  test('a percent-encoded plus sign is part of the code, and so is a plain one', () => {
    expect(parseRedirect('code=a%2Bb', STATE)).toEqual({code: 'a+b'})
    expect(parseRedirect('code=a+b', STATE)).toEqual({code: 'a+b'})
  })
})

describe('what is refused, with a sentence that says what to do', () => {
  test.each([
    [
      'a foreign state in an address',
      URL_TEXT.replace(STATE, 'other'),
      /another login\. Use the newest page\.$/,
    ],
    ['an empty state', `code=${CODE}&state=`, /another login/],
    ['a foreign state after a code', `${CODE}#other`, /another login/],
    ['a foreign state beside an error', `error=access_denied&state=other`, /another login/],
    [
      'a cancelled login',
      `error=access_denied&state=${STATE}`,
      /cancelled or refused in the browser\.$/,
    ],
    [
      'a workspace without Codex',
      'error=access_denied&error_description=missing_codex_entitlement',
      /not enabled for your workspace.+administrator/,
    ],
    ['another error', '?error=server_error', /the error server_error/],
    ['an error with a page in it', '?error=%3Cscript%3E', /with an error/],
    ['an error beside a code', `error=server_error&code=${CODE}`, /the error server_error/],
    ['nothing', '', /Nothing was pasted.+whole address/],
    ['blanks and quotes', ' "\n" ', /Nothing was pasted/],
    ['an email address', 'someone@example.com', /no login code in this text/],
    ['a token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln', /token.+Keep it secret/],
    ['an API key', 'sk-proj-0123456789', /API key.+Keep it secret/],
    [
      'the address of the login page',
      'https://auth.openai.com/oauth/authorize?response_type=code&code_challenge=x&state=y',
      /address of the login page/,
    ],
    ['a sentence', 'I do not know what to paste here', /no login code in this text/],
    ['a sentence with a code in it', `the code is ${CODE}`, /no login code in this text/],
    ['a word', 'hello', /no login code in this text/],
    ['a short text', 'a1', /too short/],
    ['a long text', 'a1'.repeat(10_000), /too long/],
    ['a long code', `code=${'a1'.repeat(3000)}`, /too long/],
    [
      'an address without a code',
      'http://localhost:1455/auth/callback',
      /no login code in this add/,
    ],
    ['an address with an empty code', `?code=&state=${STATE}`, /no login code in this address/],
    ['the page after the login', 'http://localhost:1455/success?id_token=a.b.c', /no login code/],
    ['a code with control characters', 'code=abc%00def', /damaged/],
    ['a code with letters outside ASCII', 'code=%C3%A4bc', /damaged/],
  ])('%s', (_, pasted, message) => {
    const parse = () => parseRedirect(pasted, STATE)
    expect(parse).toThrow(RedirectInvalidError)
    expect(parse).toThrow(message)
  })
})

/** What pasted texts are made of, good and bad. */
const PIECES = [
  'code=',
  'state=',
  'error=',
  '&',
  '?',
  '#',
  '%',
  '%3D',
  '%E0%A4',
  '&amp;',
  '://',
  '=',
  CODE,
  STATE,
  'eyJ.',
  '\ud800',
  '\u0000',
  '\n',
  '"',
  '@',
  'a',
  '7',
  ' ',
  '\\',
  '__proto__',
]

/** The same 20,000 texts in every run, from a small linear congruential generator. */
function generateTexts(): string[] {
  let seed = 1
  const next = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  return Array.from({length: 20_000}, () =>
    Array.from({length: next(9)}, () => PIECES[next(PIECES.length)]).join(''),
  )
}

function isCodeOrSentence(text: string): boolean {
  try {
    return /^[!-~]{1,4096}$/.test(parseRedirect(text, STATE).code)
  } catch (error) {
    return error instanceof RedirectInvalidError && /^[A-Z].+\.$/.test(error.message)
  }
}

test('every text makes either a code or a sentence', () => {
  expect(generateTexts().filter((text) => !isCodeOrSentence(text))).toEqual([])
})

test('a state that came back must be the one that was sent', () => {
  expect(() => checkState(STATE, STATE)).not.toThrow()
  expect(() => checkState('other', STATE)).toThrow(RedirectInvalidError)
  expect(() => checkState(undefined, STATE)).toThrow(RedirectInvalidError)
})

test('a workspace without Codex is not told to log in once more', () => {
  const text = `error=access_denied&error_description=missing_codex_entitlement&state=${STATE}`

  expect(() => parseRedirect(text, STATE)).toThrow(expect.objectContaining({advice: []}))
})
