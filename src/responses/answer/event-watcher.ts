/**
 * Finds the few events that matter in a stream of thousands that do not.
 *
 * Events are collected and searched together for the types asked for, so an event of another type
 * costs about as much as a copy of its bytes. In return, events are reported late: at the end of the
 * stream at the latest.
 *
 * @module
 */
import {
  BLANK_LINE,
  createEventScanner,
  hasCarriageReturn,
  reportEvent,
  toBuffer,
  type EventScanner,
  type ResponsesEvent,
} from './event-scanner.ts'

/** Bytes to collect before a search. */
const BATCH_BYTES = 32_768

/** Bytes that are worth a search of their own. */
const LARGE_BYTES = 8192

/** How many events may follow the one that ends an answer. */
const LAST_EVENTS = 16

/** The longest needle, see {@link toNeedle}. */
const NEEDLE_CHARACTERS = 6

/** Which events matter. */
export interface WatchedTypes {
  /** Reported, each one. */
  readonly every: readonly string[]
  /** Only the last one is of interest, see {@link EventWatcher.last}. */
  readonly last: readonly string[]
}

/** Watches a stream that comes in whole events. */
export interface EventWatcher {
  /** Takes whole events. They are not copied, and must not be changed. */
  push(events: Uint8Array): void
  /** The last event of the types that were asked for, if it is among the latest events. */
  last(): ResponsesEvent | undefined
  /** Reports what has not been reported yet. */
  end(): void
}

/** Creates a watcher that tells `listener` of the events asked for, in order. */
export function createEventWatcher(
  types: WatchedTypes,
  listener: (event: ResponsesEvent) => void,
): EventWatcher {
  const needles = types.every.map(toNeedle)
  let collected: Uint8Array[] = []
  let collectedBytes = 0
  /** The two batches searched last; an answer's last event is in one of them. */
  let last: Buffer | undefined
  let before: Buffer | undefined
  /** Takes over for good once a stream turns out to use carriage returns. */
  let scanner: EventScanner | undefined
  let lastScanned: ResponsesEvent | undefined

  function report(event: ResponsesEvent): void {
    if (types.every.includes(event.type)) listener(event)
    if (scanner && types.last.includes(event.type)) lastScanned = event
  }

  function search(): void {
    if (collectedBytes === 0) return
    const [first] = collected
    const batch =
      collected.length === 1 && first ? toBuffer(first) : Buffer.concat(collected, collectedBytes)
    collected = []
    collectedBytes = 0
    if (!scanner && hasCarriageReturn(batch)) scanner = createEventScanner(report)
    if (scanner) {
      scanner.push(batch)
      return
    }
    for (const event of findEvents(batch, needles)) reportEvent(event, report)
    before = last
    last = batch
  }

  return {
    push(events) {
      // What is large is searched where it is; only small parts are worth a copy.
      if (events.length >= LARGE_BYTES) search()
      collected.push(events)
      collectedBytes += events.length
      if (collectedBytes >= BATCH_BYTES || events.length >= LARGE_BYTES) search()
    },
    last() {
      search()
      if (scanner) return lastScanned
      const found = (last && findLast(last, types.last)) ?? (before && findLast(before, types.last))
      return found?.event
    },
    end() {
      search()
      scanner?.end()
    },
  }
}

/**
 * The end of `type`, which may stand in the JSON or only in the line `event:`. A short needle that begins
 * with a rare character is found faster than the whole type (from seven characters on, Node's search takes
 * three times as long), and the type of what is found is looked at anyway.
 */
function toNeedle(type: string): Buffer {
  return Buffer.from(type.slice(type.lastIndexOf('.')).slice(0, NEEDLE_CHARACTERS))
}

/** An event, and where in the bytes it begins. */
export interface FoundEvent {
  readonly event: ResponsesEvent
  readonly start: number
}

/** The last event of one of the types, among the last few of whole events. */
export function findLast(batch: Buffer, types: readonly string[]): FoundEvent | undefined {
  let end = batch.length
  for (let looked = 0; looked < LAST_EVENTS && end > 0; looked += 1) {
    const before = batch.lastIndexOf(BLANK_LINE, end - BLANK_LINE.length - 1)
    const start = before === -1 ? 0 : before + BLANK_LINE.length
    let found: ResponsesEvent | undefined
    reportEvent(trimEnd(batch.subarray(start, end)), (event) => (found = event))
    if (found && types.includes(found.type)) return {event: found, start}
    end = start
  }
  return undefined
}

/** An event without the blank line behind it. */
function trimEnd(event: Buffer): Buffer {
  const end = event.length - BLANK_LINE.length
  return event.indexOf(BLANK_LINE, end) === end ? event.subarray(0, end) : event
}

const NONE: readonly Buffer[] = []

/** The events in which one of the needles stands, each once, in order. */
function findEvents(batch: Buffer, needles: readonly Buffer[]): readonly Buffer[] {
  const found = needles.flatMap((needle) => {
    const first = batch.indexOf(needle)
    return first === -1 ? [] : findRanges(batch, {needle, first})
  })
  if (found.length === 0) return NONE
  const ends = new Map(found.toSorted(([one], [other]) => one - other))
  return [...ends].map(([start, end]) => batch.subarray(start, end))
}

/** Start and end of each event in which `needle` stands. */
function findRanges(
  batch: Buffer,
  {needle, first}: {readonly needle: Buffer; readonly first: number},
): [number, number][] {
  const ranges: [number, number][] = []
  for (let at = first; at !== -1;) {
    const blank = batch.indexOf(BLANK_LINE, at)
    const end = blank === -1 ? batch.length : blank
    const before = batch.lastIndexOf(BLANK_LINE, at)
    ranges.push([before === -1 ? 0 : before + BLANK_LINE.length, end])
    at = batch.indexOf(needle, end)
  }
  return ranges
}
