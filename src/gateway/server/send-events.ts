/**
 * Sending an answer of events straight to the socket, no faster than the client reads it.
 *
 * @module
 */
import type {ServerResponse} from 'node:http'
import type {EventStream} from '../exchange/event-stream.ts'
import {untilDrained} from './until-drained.ts'
import {createEventSink} from '../../responses/answer/stream-answer.ts'
import type {SendingOptions} from './send-response.ts'

/** Up to so many bytes, a copy costs less than a second write. */
const SMALL_BYTES = 16_384

/**
 * Sends the head and the events. More events are asked for once those before have found room.
 *
 * @throws What the answer throws, or the signal's reason; the connection is then of no more use.
 */
export async function sendEvents(
  {answer, describe, headers}: EventStream,
  outgoing: ServerResponse,
  {signal, onBytes}: SendingOptions,
): Promise<void> {
  const writer = new EventWriter(outgoing, headers)
  const progress = {isOver: false}
  const events = createEventSink(
    {
      enqueue(bytes) {
        if (signal.aborted) return
        onBytes(bytes.byteLength)
        writer.hold(bytes)
      },
      close: () => void (progress.isOver = true),
    },
    describe,
  )
  const sink = {
    ...events,
    onSilence() {
      events.onSilence()
      writer.flush()
    },
  }
  const leave = () => void answer.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', leave)
  if (signal.aborted) leave()
  try {
    while (!progress.isOver) {
      const waiting = answer.pull(sink)
      if (waiting) {
        // The next word may take its time; the client should know the status by then.
        writer.begin()
        await waiting
      }
      signal.throwIfAborted()
      if (!progress.isOver && writer.flush()) {
        await untilDrained(outgoing)
        signal.throwIfAborted()
      }
    }
    writer.end()
  } catch (error) {
    leave()
    throw error
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

/** What goes to the socket next. An answer that is there as a whole goes out with its head. */
class EventWriter {
  readonly #outgoing: ServerResponse
  readonly #headers: Readonly<Record<string, string>>
  #held: Uint8Array[] = []

  constructor(outgoing: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#outgoing = outgoing
    this.#headers = headers
  }

  hold(bytes: Uint8Array): void {
    this.#held.push(bytes)
  }

  /** Sends the head, if it is not sent yet. */
  begin(): void {
    if (this.#outgoing.headersSent) return
    this.#outgoing.writeHead(200, this.#headers)
    this.#outgoing.flushHeaders()
  }

  /** Sends what is held. Says whether there is no room for more. */
  flush(): boolean {
    const outgoing = this.#outgoing
    if (this.#held.length > 0 && !outgoing.headersSent) outgoing.writeHead(200, this.#headers)
    let isFull = false
    for (const bytes of this.#held) isFull = !outgoing.write(bytes)
    this.#held = []
    return isFull
  }

  end(): void {
    const outgoing = this.#outgoing
    const body = Buffer.concat(this.#held)
    if (outgoing.headersSent) outgoing.end(body)
    else sendWhole(body, this.#headers, outgoing)
  }
}

function sendWhole(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  outgoing: ServerResponse,
): void {
  outgoing.writeHead(200, {...headers, 'content-length': body.length})
  // Node writes a text together with the head.
  if (body.length <= SMALL_BYTES) outgoing.end(body.toString('latin1'), 'latin1')
  else outgoing.end(body)
}
