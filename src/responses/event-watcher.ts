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

/** Creates a watcher that tells `listener` of the events of these types, in order. */
export function createEventWatcher(
  types: readonly string[],
  listener: (event: ResponsesEvent) => void,
  {maxEventBytes = MAX_EVENT_BYTES}: EventScannerOptions = {},
): EventScanner {
  const needles = types.map((type) => Buffer.from(`"${type}"`))
  const pending = createPendingBytes(maxEventBytes + BATCH_BYTES)
  let searchAtBytes = BATCH_BYTES
  /** Takes over for good once a stream turns out to use carriage returns. */
  let scanner: EventScanner | undefined

  function report(event: ResponsesEvent): void {
    if (types.includes(event.type)) listener(event)
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
  }
}

/** The events in which one of the needles stands, each once, in order. */
function findEvents(batch: Buffer, needles: readonly Buffer[]): Buffer[] {
  const starts = new Map<number, number>()
  for (const needle of needles) {
    for (let at = batch.indexOf(needle); at !== -1;) {
      const end = batch.indexOf(BLANK_LINE, at)
      const before = batch.lastIndexOf(BLANK_LINE, at)
      starts.set(before === -1 ? 0 : before + BLANK_LINE.length, end)
      at = batch.indexOf(needle, end)
    }
  }
  return [...starts]
    .toSorted(([one], [other]) => one - other)
    .map(([start, end]) => batch.subarray(start, end))
}
