/**
 * What the editor kept of answers, as the model wrote it.
 *
 * The editor puts the texts of an answer together and its calls behind them, cuts an answer in two, or
 * leaves its thoughts out. What it kept says which answer it was; the answer says the rest.
 *
 * @module
 */
import type {JsonObject} from '../../../base/json-object.ts'
import {toText} from '../../../base/json-object.ts'
import {
  isCall,
  toBareText,
  toMessageText,
  type AnswerMemory,
  type Output,
  type Place,
} from './answer-memory.ts'
import {
  isMessage,
  restorePart,
  toCall,
  toMessage,
  type AnswerPart,
  type Called,
} from './restore-part.ts'

/** Texts of one message that stand side by side. */
export interface Said {
  readonly kind: 'said'
  /** The message of the editor that it is in. */
  readonly message: number
  readonly content: readonly JsonObject[]
}

/** What stands between two messages of the user. */
export type Piece = Called | Said

/** What {@link restoreAnswers} goes by. */
export interface RestoreOptions {
  readonly answers: AnswerMemory
  readonly place: Place
  /** Items that are in the request already. Those that are given back are added. */
  readonly used: Set<JsonObject>
}

/**
 * Gives back the items of remembered answers in the order in which the model wrote them. What is not
 * remembered, or was changed since, is sent as the editor has it.
 */
export function restoreAnswers(pieces: readonly Piece[], options: RestoreOptions): JsonObject[] {
  const items: JsonObject[] = []
  let start = 0
  while (start < pieces.length) {
    const rest = pieces.slice(start)
    const found = rest.findIndex(({kind}) => kind === 'called')
    const lead = rest.slice(0, found === -1 ? rest.length : found).filter(isSaid)
    const call = rest[found]
    const output = call && findOutput(call, options)
    if (output) {
      const {before, part} = takeAnswer(lead, rest.slice(found), {output, ...options})
      items.push(...restoreSaid(before, options), ...restorePart(part, options))
      start += found + part.length
    } else {
      items.push(...restoreSaid(lead, options))
      if (call?.kind === 'called') items.push(toCall(call))
      start += lead.length + 1
    }
  }
  return items
}

/** The answer that a call is from; `undefined` when that call is in the request already. */
function findOutput(
  piece: Piece,
  {answers, used}: Pick<RestoreOptions, 'answers' | 'used'>,
): Output | undefined {
  if (piece.kind === 'said') return undefined
  const output = answers.findByCall(piece.callId)
  const item = output?.find((one) => isCall(one) && one['call_id'] === piece.callId)
  return item && !used.has(item) ? output : undefined
}

interface TakeOptions extends RestoreOptions {
  readonly output: Output
}

/** @param rest From the first call of the answer. */
function takeAnswer(
  lead: readonly Said[],
  rest: readonly Piece[],
  options: TakeOptions,
): {readonly before: readonly Said[]; readonly part: AnswerPart} {
  const {output, used} = options
  const endings = toEndings(output.filter((item) => !used.has(item)))
  const own = lead.findIndex((_, index) => endings.has(toBare(lead.slice(index))))
  const start = own === -1 ? lead.findIndex(({message}) => message === rest[0]?.message) : own
  const before = start === -1 ? lead : lead.slice(0, start)
  const texts = lead.slice(before.length)
  const isChanged = own === -1 && texts.length > 0
  const {calls, length} = takeRest(rest, texts, {...options, endings, isChanged})
  const content = texts.flatMap((said) => said.content)
  const said = isChanged ? content : (endings.get(toBare(texts)) ?? 0)
  return {before, part: {output, calls, said, length}}
}

/** Adds to `texts` those that stand behind a call. */
function takeRest(
  rest: readonly Piece[],
  texts: Said[],
  options: TakeOptions & {
    readonly endings: ReadonlyMap<string, number>
    readonly isChanged: boolean
  },
): Pick<AnswerPart, 'calls' | 'length'> {
  const {endings, isChanged, output} = options
  const calls: Called[] = []
  let length = 0
  for (const piece of rest) {
    if (piece.kind === 'said') {
      if (isChanged || !endings.has(toBare([...texts, piece]))) break
      texts.push(piece)
    } else {
      const isTwice = calls.some(({callId}) => callId === piece.callId)
      if (isTwice || findOutput(piece, options) !== output) break
      calls.push(piece)
    }
    length += 1
  }
  return {calls, length}
}

/** The texts that an answer has after each of its messages, and how many these are. */
function toEndings(items: Output): ReadonlyMap<string, number> {
  const endings = new Map<string, number>()
  let text = ''
  for (const [index, item] of items.filter(isMessage).entries()) {
    text += toBareText(toMessageText(item))
    if (text !== '') endings.set(text, index + 1)
  }
  return endings
}

/** Texts without a call: answers of their own, together or one by one, or what nobody remembers. */
function restoreSaid(lead: readonly Said[], options: RestoreOptions): JsonObject[] {
  if (lead.length === 0) return []
  const {answers, place, used} = options
  const isFree = (output: Output) => !output.some((item) => used.has(item))
  const restore = (pieces: readonly Said[]) => {
    const text = toBare(pieces)
    const output = text === '' ? undefined : answers.findByText(text, place, isFree)
    const said = output?.filter(isMessage).length ?? 0
    return output && restorePart({output, calls: [], said, length: 0}, options)
  }
  return restore(lead) ?? lead.flatMap((said) => restore([said]) ?? [toMessage(said.content)])
}

/** Empty where something else than text is among it. */
function toBare(pieces: readonly Said[]): string {
  const parts = pieces.flatMap(({content}) => content)
  const texts = parts.map((part) => toText(part['text']))
  return parts.every(({type}) => type === 'output_text') ? toBareText(texts.join('')) : ''
}

function isSaid(piece: Piece): piece is Said {
  return piece.kind === 'said'
}
