/**
 * Sending an answer of events straight to the socket, no faster than the client reads it.
 *
 * @module
 */
import type {ServerResponse} from 'node:http'
import type {EventStream} from '../exchange/event-stream.ts'
import {createEventSink} from '../../responses/answer/stream-answer.ts'
import type {SendingOptions} from './send-response.ts'

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
  const progress = {isOver: false, isFull: false}
  const held: Uint8Array[] = []
  const flush = () => {
    for (const bytes of held) progress.isFull = !outgoing.write(bytes)
    held.length = 0
  }
  const events = createEventSink(
    {
      enqueue(bytes) {
        if (signal.aborted) return
        onBytes(bytes.byteLength)
        held.push(bytes)
      },
      close: () => void (progress.isOver = true),
    },
    describe,
  )
  const sink = {
    ...events,
    onSilence() {
      events.onSilence()
      flush()
    },
  }
  const leave = () => void answer.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', leave)
  if (signal.aborted) leave()
  outgoing.writeHead(200, headers)
  try {
    while (!progress.isOver) {
      const waiting = answer.pull(sink)
      if (waiting) {
        // The next word may take its time; the client should know the status by then.
        outgoing.flushHeaders()
        await waiting
      }
      signal.throwIfAborted()
      if (progress.isOver) break
      flush()
      if (progress.isFull) {
        await untilDrained(outgoing)
        signal.throwIfAborted()
      }
    }
    end(outgoing, held)
  } catch (error) {
    leave()
    throw error
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

/** An answer that is here as a whole goes out with its head, in one piece. */
function end(outgoing: ServerResponse, [first, ...others]: readonly Uint8Array[]): void {
  if (!first) outgoing.end()
  else outgoing.end(others.length === 0 ? first : Buffer.concat([first, ...others]))
}

/** Resolves when there is room again, or the client is gone. */
function untilDrained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      outgoing.off('drain', go)
      outgoing.off('close', go)
      resolve()
    }
    outgoing.on('drain', go)
    outgoing.on('close', go)
  })
}
