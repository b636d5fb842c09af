/**
 * What the model wrote, as it wrote it.
 *
 * A model goes on best when it gets back what it wrote: its thoughts, the phase of each message, and the
 * order of it all. The editor's messages have no place for these, so whole answers are kept here, and
 * found again by the calls and the words that the editor does keep.
 *
 * @module
 */
import {createHash, randomUUID} from 'node:crypto'
import {toJsonObject, toList, toText, type JsonObject} from '../../../base/json-object.ts'
import {createItemMemory, type ItemMemory} from '../../../responses/request/memory/item-memory.ts'

/** Places that are remembered of one text. */
const MAX_PLACES = 50

/** The items of an answer, in their order. */
export type Output = readonly JsonObject[]

/** Where in a conversation an answer stands. */
export interface Place {
  /** A digest of everything before it. */
  readonly before: string
  /** A digest of what it answers. */
  readonly asked: string
  /** The editor's name of the conversation, where it tells it. */
  readonly conversation?: string | undefined
}

/** Answers, by the tool calls in them and by their words. */
export interface AnswerMemory {
  remember(output: Output, place: Place): void
  /** The newest answer with this call. */
  findByCall(callId: string): Output | undefined
  /**
   * The answer with this text that fits `place` best. One that only has the same words, and stood
   * somewhere else, is not the answer.
   *
   * @param text As {@link toBareText} gives it.
   * @param isFree Whether an answer can be the one.
   */
  findByText(text: string, place: Place, isFree: (output: Output) => boolean): Output | undefined
}

/** @param items Where it is kept. Default: a memory that lives as long as the window. */
export function createAnswerMemory(items: ItemMemory = createItemMemory()): AnswerMemory {
  const keep = (item: JsonObject) => items.remember(item, JSON.stringify(item).length)
  const find = (id: unknown): Output | undefined => {
    const output = items.recall(String(id))?.['output']
    return Array.isArray(output) ? output : undefined
  }
  return {
    remember(output, place) {
      if (output.length === 0) return
      const answer = randomUUID()
      keep({id: answer, output})
      for (const {call_id: id} of output.filter(isCall)) keep({id: `call ${String(id)}`, answer})
      const text = toBareText(output.map(toMessageText).join(''))
      if (text === '') return
      const id = toTextId(text)
      const places = toList(items.recall(id)?.['places']).slice(1 - MAX_PLACES)
      keep({id, places: [...places, {...place, answer}]})
    },
    findByCall: (callId) => find(items.recall(`call ${callId}`)?.['answer']),
    findByText(text, place, isFree) {
      let best: Output | undefined
      let bestScore = 0
      for (const known of toList(items.recall(toTextId(text))?.['places']).map(toJsonObject)) {
        const score = compare(known, place)
        const output = score > bestScore ? find(known['answer']) : undefined
        if (!output || !isFree(output)) continue
        best = output
        bestScore = score
      }
      return best
    },
  }
}

/** How well two places agree: 0 where they are certainly, or possibly, two. */
function compare(known: JsonObject, {before, asked, conversation}: Place): number {
  if (known['before'] === before) return 4
  const {conversation: other} = known
  if (other !== undefined && conversation !== undefined && other !== conversation) return 0
  return (
    (other !== undefined && other === conversation ? 2 : 0) + (known['asked'] === asked ? 1 : 0)
  )
}

function toTextId(text: string): string {
  return `text ${createHash('sha256').update(text).digest('base64url')}`
}

/** Whether an item calls a tool. */
export function isCall({type}: JsonObject): boolean {
  return type === 'function_call'
}

/** What a message says; empty for any other item. */
export function toMessageText({type, content}: JsonObject): string {
  if (type !== 'message') return ''
  return toList(content)
    .map(toJsonObject)
    .map((part) => toText(part['text'] ?? part['refusal']) ?? '')
    .join('')
}

/** A text without its blanks: editors trim the parts of an answer, and join them in other ways. */
export function toBareText(text: string): string {
  return text.replaceAll(/\s+/g, '')
}
