/**
 * What comes back from the browser (RFC 6749 §4.1.2): handed over by the host, or pasted by the user.
 *
 * @module
 */
import {RedirectInvalidError} from '../../errors.ts'

/** What the browser brought back. */
export interface Redirect {
  readonly code: string
  /** Of an app that has registered itself with this login. */
  readonly clientId?: string
}

const PASTE_ADVICE = 'Paste the whole address of the page that the browser shows after the login.'

/**
 * Blanks, line breaks, quotes (also “” „‟ ‘’ ‚‛ «» ‹›), brackets and shell escapes that a copy picks up on its
 * way. Expressions are written in ASCII, as the bundle is checked to be.
 */
const DECORATION = /[\s\p{C}"'`<>\\\u2018-\u201f\u00ab\u00bb\u2039\u203a]+/gu

const LONGEST_PASTE = 16_384
const LONGEST_CODE = 4096
/** A pasted code without an address around it is at least this long; the real ones have about 90. */
const SHORTEST_BARE_CODE = 6

/**
 * Compares the `state` that came back with the code. A state of another login means that somebody
 * else's code, or a page of an earlier login, is being handed in.
 *
 * @throws {RedirectInvalidError} They differ, or none came back.
 */
export function checkState(received: string | undefined, expected: string): void {
  if (received === expected) return
  throw new RedirectInvalidError(
    'The answer from the browser belongs to another login. Use the newest page.',
  )
}

/**
 * Finds the authorization code in what a user pasted: the redirect URL, its query, `code#state` or the
 * code alone, also wrapped or marked by a terminal, quoted, percent-encoded, or in the midst of other text. The state is compared when there
 * is one; a code alone has none.
 *
 * @throws {RedirectInvalidError} There is no code for this login in it; the message says what to do.
 */
export function parseRedirect(pasted: string, expectedState: string): Redirect {
  if (pasted.length > LONGEST_PASTE) throw invalid('This text is too long to be a login code.')
  const lines = toLines(pasted)
  const found = findAnswer(lines, expectedState)
  if (found) return fromParameters(found, expectedState)
  const text = decodeWhole(lines.join('').replace(DECORATION, ''))
  if (text === '') throw invalid('Nothing was pasted.')
  const parameters = parseParameters(text)
  if (parameters) return fromParameters(parameters, expectedState)
  if (isSentence(lines.join(' '))) throw invalid('There is no login code in this text.')
  return fromBareCode(text, expectedState)
}

/** What is wrong with a pasted text, as a sentence; `undefined` when it is an answer to this login. */
export function explainRedirect(pasted: string, expectedState: string): string | undefined {
  try {
    parseRedirect(pasted, expectedState)
    return undefined
  } catch (error) {
    if (error instanceof RedirectInvalidError) return error.message
    throw error
  }
}

/** What terminals put around a paste (with or without its first character), and the colours of a text. */
const TERMINAL_MARKS =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /(?:\u001B\[|\u009B|\^\[\[)[\d;]*[A-Za-z~]|\[20[01]~/g

const AMPERSANDS = /&(?:amp|#0*38|#x0*26);/gi

function toLines(pasted: string): readonly string[] {
  return pasted
    .replaceAll(TERMINAL_MARKS, '')
    .replaceAll(AMPERSANDS, '&')
    .split(/[\r\n]+/)
    .map((line) => line.replaceAll(/\p{C}/gu, '').trim())
    .filter((line) => line !== '')
}

/** A word of a text: what is around an address ends it. */
const WORDS = /[^\s"'`<>()[\]{}\\\u2018-\u201f\u00ab\u00bb\u2039\u203a]+/g

/** What a terminal made of the rest of a long word: neither a sentence nor a header. */
const CONTINUATION = /^[\w.~%+/=&-]+$/

/** The word of a longer text that is the answer to this login; `undefined` when none is for sure. */
function findAnswer(lines: readonly string[], expectedState: string): Parameters | undefined {
  for (const [index, line] of lines.entries()) {
    const isCut = CONTINUATION.test(lines[index + 1] ?? '')
    for (const match of line.matchAll(WORDS)) {
      const isLast = match.index + match[0].length === line.length
      if (isCut && isLast) continue
      const word = match[0].replace(/[.,;:!|*]{1,9}$/, '')
      const answer = [word, decode(word)]
        .map(parseParameters)
        .find((parameters) => parameters?.get('state') === expectedState)
      if (answer && (answer.has('code') || answer.has('error'))) return answer
    }
  }
  return undefined
}

type Parameters = ReadonlyMap<string, string>

/** The parameters by which an address of a login, or its query or fragment, is known. */
const KNOWN_PARAMETERS = ['code', 'state', 'error', 'response_type', 'code_challenge']

/** The parameters of an address, a query or a fragment; `undefined` when it is none of a login. */
function parseParameters(text: string): Parameters | undefined {
  const parameters = new Map<string, string>()
  for (const part of text.split(/[?&#]/)) {
    const [, name, value] = /^(\w+)=(.*)$/.exec(part) ?? []
    if (name === undefined || value === undefined) continue
    // The first one counts (RFC 6749 §3.1 allows only one).
    if (!parameters.has(name)) parameters.set(name, decode(value))
  }
  return KNOWN_PARAMETERS.some((name) => parameters.has(name)) ? parameters : undefined
}

function fromParameters(parameters: Parameters, expectedState: string): Redirect {
  if (parameters.has('response_type') || parameters.has('code_challenge')) {
    throw invalid('This is the address of the login page. Log in there first.')
  }
  const state = parameters.get('state')
  if (state !== undefined) checkState(state, expectedState)
  if (parameters.has('error')) throw toRefusedError(parameters)
  const code = parameters.get('code')
  if (code === undefined || code === '') throw invalid('There is no login code in this address.')
  const clientId = parameters.get('client_id')
  return {...toRedirect(code), ...(clientId && {clientId})}
}

function toRefusedError(parameters: Parameters): RedirectInvalidError {
  const error = parameters.get('error') ?? ''
  if (`${error} ${parameters.get('error_description')}`.includes('missing_codex_entitlement')) {
    return new RedirectInvalidError(
      'Codex is not enabled for your workspace. Ask your workspace administrator for access to Codex.',
      {advice: []},
    )
  }
  if (error === 'access_denied') {
    return new RedirectInvalidError('The login was cancelled or refused in the browser.')
  }
  const name = /^\w{1,40}$/.test(error) ? `the error ${error}` : 'an error'
  return new RedirectInvalidError(`The login page answered with ${name}.`)
}

function fromBareCode(text: string, expectedState: string): Redirect {
  const [code = '', state] = text.split('#')
  if (/^eyJ[\w-]*\.|^sk-/.test(code)) {
    throw invalid('This is a token or an API key, not a login code. Keep it secret.')
  }
  if (/:\/\/|^localhost\b|^127\.|^\//.test(text)) {
    throw invalid('There is no login code in this address.')
  }
  if (!/^[\w.~+/-]+={0,2}$/.test(code) || /^[a-z]{1,15}$/i.test(code)) {
    throw invalid('There is no login code in this text.')
  }
  if (code.length < SHORTEST_BARE_CODE) throw invalid('This is too short to be a login code.')
  if (state) checkState(state, expectedState)
  return toRedirect(code)
}

function toRedirect(code: string): Redirect {
  if (code.length > LONGEST_CODE) throw invalid('This text is too long to be a login code.')
  // Visible ASCII, the alphabet of RFC 6749 Appendix A.11 without the blank.
  if (!/^[!-~]+$/.test(code)) throw invalid('The login code is damaged.')
  return {code}
}

/** Whether most of the text is plain words: taking the blanks out would make a "code" of it. */
function isSentence(text: string): boolean {
  const pieces = text.trim().split(/\s+/)
  const words = pieces.filter((piece) => /^[A-Za-z]?[a-z']+[.,:;!?]?$/.test(piece))
  return pieces.length > 1 && words.length * 2 > pieces.length
}

/** Undoes the percent-encoding of a whole address, which hides its parameters. */
function decodeWhole(text: string): string {
  return /%3d/i.test(text) && !text.includes('=') ? decode(text) : text
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function invalid(fact: string): RedirectInvalidError {
  return new RedirectInvalidError(`${fact} ${PASTE_ADVICE}`)
}
