/**
 * Sending an answer, no faster than the client reads it.
 *
 * @module
 */
import {once} from 'node:events'
import type {ServerResponse} from 'node:http'
import {isHopByHop} from './hop-by-hop.ts'

/** What is told while an answer is sent. */
export interface SendingOptions {
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
  /** Told each part of the body before it is written. */
  readonly onBytes: (bytes: number) => void
}

/**
 * Sends the head and the body. The body is read piece by piece, each once the one before has found room.
 *
 * @throws What reading the body throws, or the signal's reason; the connection is then of no more use.
 */
export async function sendResponse(
  response: Response,
  outgoing: ServerResponse,
  {signal, onBytes}: SendingOptions,
): Promise<void> {
  writeHead(response, outgoing)
  const {body} = response
  if (!body) {
    outgoing.end()
    return
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', cancel)
  if (signal.aborted) cancel()
  try {
    for (;;) {
      const {done, value} = await reader.read()
      if (done) break
      onBytes(value.byteLength)
      if (!outgoing.write(value)) await once(outgoing, 'drain', {signal})
    }
    signal.throwIfAborted()
    outgoing.end()
  } catch (error) {
    cancel()
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

function writeHead({body, headers, status}: Response, outgoing: ServerResponse): void {
  outgoing.statusCode = status
  for (const [name, value] of headers) {
    // Each `Set-Cookie` comes by itself, and may not be joined.
    if (!isHopByHop(name)) outgoing.appendHeader(name, value)
  }
  // A stream may take its time before the first byte; the client should know the status by then.
  if (body) outgoing.flushHeaders()
}
