/**
 * Which regular expressions the backend reads. It compiles them with Python's `re`, and refuses the
 * whole request for one that does not compile, for look-around and, with some models, for references
 * to groups. Schemas are written for JavaScript, so much of what they may say is unknown there.
 *
 * @module
 * @see {@link https://github.com/pleaseai/shunt/pull/488}
 * @see {@link https://github.com/vercel/ai/issues/16021}
 */

/** Python gives up somewhat later; no schema is written like that. */
const MAX_DEPTH = 100

/** At the very beginning only. */
const GLOBAL_FLAGS = /^\(\?[imsx]+\)/

const GROUP = /\((?:\?(?::|[imsx]+:|P<[A-Za-z_]\w*>)|(?!\?))/y

const QUANTIFIER = /(?:[*+?]|\{(?=[\d,])(\d*)(?:(,)(\d*))?\})\??/y

/** What matches a place, so that it cannot be repeated. */
const ANCHOR = /[\^$|]|\\[AbB]/y

/** A letter that Python does not know after a backslash is an error there, and so is any digit here. */
const ATOM = /\\(?:[adDfnrsStvwW]|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|[^A-Za-z\d])|[^\\]/uy

/** As {@link ATOM}, between brackets. */
const MEMBER = /\\(?:[abdDfnrsStvwW]|x[\dA-Fa-f]{2}|u[\dA-Fa-f]{4}|[^A-Za-z\d])|[^\\]/uy

const SET = /^\\[dDsSwW]$/

const CONTROLS: Readonly<Record<string, number>> = {a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13}

/** Whether the backend takes `pattern`. What is doubtful it does not. Takes linear time. */
export function isPortablePattern(pattern: string): boolean {
  const cursor = new Cursor(pattern, GLOBAL_FLAGS.exec(pattern)?.[0].length ?? 0)
  let depth = 0
  let canRepeat = false
  while (!cursor.isAtEnd) {
    const next = readPart(cursor, canRepeat)
    if (next === undefined) return false
    depth += next.depth
    if (depth < 0 || depth > MAX_DEPTH) return false
    canRepeat = next.canRepeat
  }
  return depth === 0
}

/** What was read, as far as what follows depends on it. */
interface Part {
  readonly depth: -1 | 0 | 1
  readonly canRepeat: boolean
}

const REPEATABLE: Part = {depth: 0, canRepeat: true}
const FINISHED: Part = {depth: 0, canRepeat: false}

function readPart(cursor: Cursor, canRepeat: boolean): Part | undefined {
  if (cursor.startsWith('(')) return cursor.take(GROUP) && {depth: 1, canRepeat: false}
  if (cursor.startsWith('[')) return readClass(cursor) ? REPEATABLE : undefined
  if (cursor.takeText(')')) return {depth: -1, canRepeat: true}
  if (cursor.take(ANCHOR)) return FINISHED
  const quantifier = cursor.take(QUANTIFIER)
  if (quantifier) return canRepeat && isInOrder(quantifier) ? FINISHED : undefined
  return cursor.take(ATOM) && REPEATABLE
}

function isInOrder([, least = '', comma, most = '']: RegExpExecArray): boolean {
  const isShort = least.length <= 5 && most.length <= 5
  return isShort && (comma === undefined || most === '' || Number(least) <= Number(most))
}

/** A bracket that comes first is a member, so JavaScript's `[]` and `[^]` never end. */
function readClass(cursor: Cursor): boolean {
  cursor.takeText('[')
  cursor.takeText('^')
  for (let isFirst = true; ; isFirst = false) {
    const low = cursor.take(MEMBER)?.[0]
    if (low === undefined) return false
    if (low === ']' && !isFirst) return true
    if (!cursor.takeText('-')) continue
    const high = cursor.take(MEMBER)?.[0]
    if (high === ']') return true
    if (high === undefined || !isRange(low, high)) return false
  }
}

function isRange(low: string, high: string): boolean {
  return !SET.test(low) && !SET.test(high) && toCodePoint(low) <= toCodePoint(high)
}

function toCodePoint(member: string): number {
  const [first = '', second = ''] = member
  if (first !== '\\') return first.codePointAt(0) ?? 0
  if (member.length > 3) return Number.parseInt(member.slice(2), 16)
  return CONTROLS[second] ?? second.codePointAt(0) ?? 0
}

/** A place in a text, and what can be read from there. */
class Cursor {
  readonly #text: string
  #at: number

  constructor(text: string, at: number) {
    this.#text = text
    this.#at = at
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  startsWith(text: string): boolean {
    return this.#text.startsWith(text, this.#at)
  }

  takeText(text: string): boolean {
    const isThere = this.startsWith(text)
    if (isThere) this.#at += text.length
    return isThere
  }

  /** @param expression A sticky one. */
  take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    const match = expression.exec(this.#text)
    if (match) this.#at += match[0].length
    return match ?? undefined
  }
}
