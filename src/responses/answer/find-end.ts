/**
 * Where an answer says that there will be no more of it.
 *
 * @module
 */
import {BLANK_LINE, toBuffer} from './event-scanner.ts'
import {findLast, type FoundEvent} from './event-watcher.ts'

/** The events that end an answer. */
export const LAST_EVENTS = [
  'response.completed',
  'response.done',
  'response.incomplete',
  'response.failed',
  'error',
]

const LINE_FEED = 0x0a

/** Where in the line `data: {"type":"response.output_text.delta"` stands what the names are for. */
const BEGINNING: readonly (readonly [number, number])[] = [
  [0, 'd'],
  [8, 't'],
  [14, '"'],
  [15, 'r'],
  [23, '.'],
].map(([at, character]) => [Number(at), String(character).charCodeAt(0)])
const FAMILY = 24

const LETTER_C = 0x63
const LETTER_F = 0x66
const LETTER_O = 0x6f
const LETTER_R = 0x72
const LETTER_U = 0x75

/**
 * The event that ends the answer, if it is one of `events`, which are whole. A look at a few bytes of the
 * last line tells it from a delta.
 */
export function findEnd(events: Uint8Array): FoundEvent | undefined {
  const line = events.lastIndexOf(LINE_FEED, events.length - BLANK_LINE.length - 1) + 1
  return isUsual(events, line) ? undefined : findLast(toBuffer(events), LAST_EVENTS)
}

/** Texts, thoughts and arguments: `output_…`, `re…`, `function_call_…` and `custom_tool_call_…`. */
function isUsual(events: Uint8Array, line: number): boolean {
  for (const [at, byte] of BEGINNING) if (events[line + at] !== byte) return false
  const family = events[line + FAMILY]
  if (family === LETTER_O || family === LETTER_R) return true
  const isCallOfTool = family === LETTER_F || family === LETTER_C
  return isCallOfTool && events[line + FAMILY + 1] === LETTER_U
}
