/**
 * Where something stands in a request, and what happens to what cannot be sent.
 *
 * @module
 */
import {RequestInvalidError} from '../../errors.ts'
import {toJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {ReportChange} from '../request-change.ts'
import type {ToolNames} from './tools/tool-names.ts'

/** A place in the caller's request. */
export interface Place {
  /** For example `input[3]` or `input[3].content[0]`. */
  readonly field: string
  readonly report: ReportChange
  /** Whether the user has only just said this, and can still say it in another way. */
  readonly isNewest: boolean
  /** Whether the model reads images. */
  readonly vision: boolean
  /** What the tools are called, there and here. */
  readonly names: ToolNames
  /** Ids of items that are sent with one. */
  readonly usedIds: Set<string>
}

/**
 * Where the newest words of the user are, that is what may still be refused: the last message, if it
 * is a user's. Developer messages behind it do not count, because hosts add them.
 *
 * @returns The index; -1 when the model has answered already, or somebody else spoke last.
 */
export function findNewestUserMessage(items: readonly unknown[]): number {
  const index = items.findLastIndex((item) => !isTold(item))
  const {role, type} = toJsonObject(items[index])
  return role === 'user' && (type === undefined || type === 'message') ? index : -1
}

function isTold(item: unknown): boolean {
  const {role} = toJsonObject(item)
  return role === 'developer' || role === 'system'
}

/** Which way a part goes decides the type of its text. */
export type Direction = 'input' | 'output'

/**
 * Refuses what the user has just said, and leaves a note in place of anything older: nobody could take
 * it out, and every later turn would fail.
 *
 * @param refusal Says what is wrong and what to do.
 * @param note The same for the model, for example `An image was left out: it is a BMP image.`
 * @throws {RequestInvalidError} It stands in the newest user message.
 */
export function leaveOut(
  {field, report, isNewest}: Pick<Place, 'field' | 'isNewest' | 'report'>,
  direction: Direction,
  {refusal, note}: {readonly refusal: string; readonly note: string},
): JsonObject {
  if (isNewest) throw new RequestInvalidError(refusal)
  report(field, 'replaced', 'What the backend refuses became a note in words')
  return toNote(note, direction)
}

/** A note to the model, as a part of a message. */
export function toNote(note: string, direction: Direction): JsonObject {
  return {type: `${direction}_text`, text: `[${note}]`}
}
