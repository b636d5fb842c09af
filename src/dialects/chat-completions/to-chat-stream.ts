/**
 * A streamed response as a stream of the Chat Completions API.
 *
 * @module
 */
import {CodexError, NetworkError} from '../../errors.ts'
import type {Clock} from '../../http/fetch.ts'
import {createEndedEarlyError, isFailure, toEventError} from '../../responses/backend-error.ts'
import {toErrorResponse} from '../../responses/error-response.ts'
import {createEventScanner} from '../../responses/event-scanner.ts'
import {createChunkWriter, isResult, isWritten, type ChunkWriterOptions} from './chunk-writer.ts'

/** What {@link toChatStream} needs from outside. */
export interface ChatStreamOptions extends ChunkWriterOptions {
  /** Aborted when the caller no longer wants the answer. */
  readonly signal: AbortSignal | undefined
  readonly now: Clock
}

/** Which account it was is not known here; the sentence says what happened to it. */
const LABEL = 'This ChatGPT account'

/**
 * Converts server-sent events to server-sent events, no faster than they are read. A failure becomes
 * a last `data: {"error": {…}}`, without the `[DONE]` that follows an answer.
 *
 * The connection to the backend is closed with the answer, or when the caller cancels.
 */
export function toChatStream(
  body: ReadableStream<Uint8Array>,
  {signal, now, ...options}: ChatStreamOptions,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const encoder = new TextEncoder()
  const progress = {text: '', isOver: false}
  const take = createChunkWriter((chunk) => {
    progress.text += toEvent(JSON.stringify(chunk))
  }, options)
  const scanner = createEventScanner((event) => {
    if (isFailure(event.type)) {
      throw toEventError(event.read(), {label: LABEL, model: options.model, nowMs: now()})
    }
    if (!isWritten(event.type)) return undefined
    take(event.read())
    if (!isResult(event.type)) return undefined
    progress.text += toEvent('[DONE]')
    progress.isOver = true
    return 'stop'
  })

  /** Reads until there is something to write. */
  async function read(): Promise<void> {
    while (progress.text === '') {
      // One after the other: the next part is only of interest when this one brought nothing.
      // oxlint-disable-next-line no-await-in-loop
      const {done, value} = await reader.read()
      if (value) scanner.push(value)
      if (done) scanner.end()
      if (done && !progress.isOver) throw createEndedEarlyError()
    }
  }

  async function describeFailure(error: unknown): Promise<string> {
    signal?.throwIfAborted()
    progress.isOver = true
    return toEvent(await toErrorResponse(toFailure(error)).text())
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const failure = await read().then(() => '', describeFailure)
        controller.enqueue(encoder.encode(progress.text + failure))
        progress.text = ''
        if (!progress.isOver) return
        controller.close()
        await reader.cancel().catch(() => {})
      },
      cancel: (reason) => reader.cancel(reason),
    },
    {highWaterMark: 0},
  )
}

function toEvent(data: string): string {
  return `data: ${data}\n\n`
}

function toFailure(error: unknown): CodexError {
  if (error instanceof CodexError) return error
  return new NetworkError(
    'The connection to ChatGPT was lost in the middle of the answer. Ask again.',
    {
      cause: error,
    },
  )
}
