/**
 * Text from outside, made fit for a sentence, a terminal or a table.
 *
 * @module
 */

/** More than this is not looked at, in characters: what follows would not be shown anyway. */
const MAX_READ = 20_000

/** What a terminal obeys instead of showing: strings (titles, links), then colours and movements, then the rest. */
const TERMINAL_SEQUENCES =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C\n]*(?:\u0007|\u001B\\|\u009C)?|(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|\u001B[ -/]*[0-~]?/g

/** Turns the direction of what follows, takes no place, or is half a character. */
const INVISIBLE = /[\p{Cf}\p{Co}\p{Cs}]/gu

const BLANKS = /[\s\p{Cc}]+/gu

/** Tokens by their beginnings: JSON Web Tokens, API keys, refresh tokens, authorization codes, encrypted content. */
const TOKENS =
  /\beyJ[\w-]{6,}(?:\.[\w-]*){0,4}|\b(?:sk|rt|ac|sess|at|oaistb)[-_.][\w.-]{12,}|\bgAAAA[\w=-]{8,}/g

const BEARER = /\b(bearer|basic) [\w.~+/=-]{8,}/gi

/** A word of this length is a secret when it looks drawn by chance. */
const LONG_WORDS = /[\w+=~-]{40,}/g

/** Nearly all there is, ids and names of limits for example: too short for a word that looks drawn by chance. */
const USUAL = /^[\w.:/-]{1,39}$/

/** What stands in place of a secret. */
const MASK = '[hidden]'

/** Control characters, but for those that lay out a text. */
const CONTROLS = /[^\P{Cc}\t\n]+/gu

/**
 * A text of any length that a terminal shows as it is: no terminal sequences, nothing that moves the cursor or changes
 * the direction of what follows. Line feeds and tabs stay.
 */
export function toTerminalText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(TERMINAL_SEQUENCES, '')
    .replaceAll(INVISIBLE, '')
    .replaceAll(CONTROLS, ' ')
}

/** The same on one line. */
export function toTerminalLine(text: string): string {
  return toTerminalText(text).replaceAll(/[\n\t\u2028\u2029]+/g, ' ')
}

/**
 * One line of visible characters: no control characters or terminal sequences, nothing that changes the direction of
 * the text, and no tokens. What is too long ends in `…`.
 *
 * @param maxCharacters Default 500.
 */
export function toPlainText(text: string, maxCharacters = 500): string {
  const isUsual = text.length <= maxCharacters && USUAL.test(text) && text.search(TOKENS) === -1
  if (isUsual) return text
  const line = text
    .slice(0, MAX_READ)
    .replaceAll(TERMINAL_SEQUENCES, '')
    .replaceAll(INVISIBLE, '')
    .replaceAll(BLANKS, ' ')
    .trim()
  const plain = line
    .replaceAll(TOKENS, MASK)
    .replaceAll(BEARER, `$1 ${MASK}`)
    .replaceAll(LONG_WORDS, (word) => (isRandom(word) ? MASK : word))
  if (plain.length <= maxCharacters) return plain
  // Half a character at the end would be none.
  return `${plain.slice(0, maxCharacters - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** A word for logs, answers and tables, for example a code or a plan: at most 80 plain characters. */
export function toPlainWord(value: unknown): string | undefined {
  const word = typeof value === 'string' ? toPlainText(value, 80) : ''
  return word === '' ? undefined : word
}

function isRandom(word: string): boolean {
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word)
}
