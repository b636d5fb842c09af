/**
 * Where an answer says that there will be no more of it.
 *
 * @module
 */
import {BLANK_LINE, toBuffer} from './event-scanner.ts'

const LINE_FEED = 0x0a
const LETTER_E = 0x65
const LETTER_F = 0x66

/**
 * Where the last event of `events` starts, if it is one that says why there is no more: such an event
 * is the last of its stream. A look at a few bytes of its last line is enough.
 */
export function findFailure(events: Uint8Array): number | undefined {
  const data = events.lastIndexOf(LINE_FEED, events.length - BLANK_LINE.length - 1) + 1
  const type = data + 'data: {"type":"'.length
  const isFailed = events[type] === LETTER_E || events[type + 'response.'.length] === LETTER_F
  return isFailed ? findLastEvent(toBuffer(events)) : undefined
}

function findLastEvent(events: Buffer): number {
  const before = events.lastIndexOf(BLANK_LINE, events.length - BLANK_LINE.length - 1)
  return before === -1 ? 0 : before + BLANK_LINE.length
}
