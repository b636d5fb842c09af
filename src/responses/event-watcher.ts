/**
 * Finds the few events that matter in a stream of thousands that do not.
 *
 * Parts are collected and searched together for the types asked for, so an event of another type
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
  type EventScannerOptions,
  type ResponsesEvent,
} from './event-scanner.ts'
import {createPendingBytes, MAX_EVENT_BYTES} from './pending-bytes.ts'

/** Bytes to collect before a search. */
const BATCH_BYTES = 32_768

/** Which events matter. */
export interface WatchedTypes {
  /** Reported, each one. */
  readonly every: readonly string[]
  /** Only the last one is of interest, see {@link EventWatcher.last}. */
  readonly last: readonly string[]
}

/** A scanner for few types. */
export interface EventWatcher extends EventScanner {
  /** The last event of the types that were asked for, if it is among the latest events. */
  last(): ResponsesEvent | undefined
}

/** Creates a watcher that tells `listener` of the events asked for, in order. */
export function createEventWatcher(
  types: WatchedTypes,
  listener: (event: ResponsesEvent) => void,
  {maxEventBytes = MAX_EVENT_BYTES}: EventScannerOptions = {},
): EventWatcher {
  const needles = types.every.map(toNeedle)
  const lastNeedles = types.last.map(toNeedle)
  const pending = createPendingBytes(maxEventBytes + BATCH_BYTES)
  let searchAtBytes = BATCH_BYTES
  /** The two batches searched last; an answer's last event is in one of them. */
  let latest: readonly Buffer[] = []
  /** Takes over for good once a stream turns out to use carriage returns. */
  let scanner: EventScanner | undefined
  let lastScanned: ResponsesEvent | undefined

  function report(event: ResponsesEvent): void {
    if (types.every.includes(event.type)) listener(event)
    if (scanner && types.last.includes(event.type)) lastScanned = event
  }

  function search(batch: Buffer): void {
    if (hasCarriageReturn(batch)) {
      scanner = createEventScanner(report, {maxEventBytes})
      scanner.push(batch)
      return
    }
    const end = batch.lastIndexOf(BLANK_LINE) + BLANK_LINE.length
    const complete = end < BLANK_LINE.length ? batch.subarray(0, 0) : batch.subarray(0, end)
    for (const event of findEvents(complete, needles)) reportEvent(event, report)
    if (complete.length > 0) latest = [...latest.slice(-1), complete]
    pending.add(batch.subarray(complete.length))
    // Doubled for an event that is still growing, so that it is not searched again and again.
    searchAtBytes = Math.max(BATCH_BYTES, 2 * pending.size())
  }

  return {
    push(chunk) {
      if (scanner) {
        scanner.push(chunk)
        return
      }
      pending.add(toBuffer(chunk))
      if (pending.size() >= searchAtBytes) search(pending.take())
    },
    end() {
      if (!scanner) search(Buffer.concat([pending.take(), Buffer.from(BLANK_LINE)]))
      scanner?.end()
    },
    last() {
      if (!scanner) search(pending.take())
      if (scanner) return lastScanned
      let last: ResponsesEvent | undefined
      for (const event of latest.flatMap((batch) => findEvents(batch, lastNeedles))) {
        reportEvent(event, (found) => {
          if (types.last.includes(found.type)) last = found
        })
      }
      return last
    },
  }
}

/** The value of `type` in JSON. In a text that a model writes, the quotes are escaped. */
function toNeedle(type: string): Buffer {
  return Buffer.from(`"${type}"`)
}

/** The events in which one of the needles stands, each once, in order. */
function findEvents(batch: Buffer, needles: readonly Buffer[]): Buffer[] {
  const ends = new Map<number, number>()
  for (const needle of needles) {
    for (let at = batch.indexOf(needle); at !== -1;) {
      const end = batch.indexOf(BLANK_LINE, at)
      const before = batch.lastIndexOf(BLANK_LINE, at)
      ends.set(before === -1 ? 0 : before + BLANK_LINE.length, end)
      at = batch.indexOf(needle, end)
    }
  }
  const ranges = [...ends].toSorted(([one], [other]) => one - other)
  return ranges.map(([start, end]) => batch.subarray(start, end))
}
