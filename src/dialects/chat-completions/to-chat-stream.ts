/**
 * A streamed response as a stream of the Chat Completions API.
 *
 * @module
 */
import {CodexError} from '../../errors.ts'
import {toJsonObject, type JsonObject} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import {createEndedEarlyError, isFailure} from '../../responses/refusal/backend-error.ts'
import {toErrorResponse} from '../../responses/refusal/error-response.ts'
import {isResult} from '../../responses/answer/answer-end.ts'
import {KEEP_ALIVE} from '../../responses/answer/stream-answer.ts'
import {EventFramer} from '../../responses/answer/events/event-framer.ts'
import {createChunkWriter, isWritten, type ChunkWriterOptions} from './chunk-writer.ts'

/**
 * Converts server-sent events to server-sent events, no faster than they are read. A failure becomes
 * a last `data: {"error": {…}}`, without the `[DONE]` that follows an answer.
 *
 * @param body An answer as our Responses API streams it: its failures are sentences already, and it ends
 *   soon after its last event. Read to its end, so that the connection can be used again; cancelled
 *   when the caller cancels.
 */
export function toChatStream(
  body: ReadableStream<Uint8Array>,
  options: ChunkWriterOptions,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const encoder = new TextEncoder()
  const progress = {text: '', isOver: false}

  function write(data: string): void {
    progress.text += `data: ${data}\n\n`
  }

  const take = createChunkWriter((chunk) => write(JSON.stringify(chunk)), options)
  const framer = new EventFramer({
    wants: (type) => isFailure(type) || isWritten(type),
    onEvent(event) {
      // An event that could not be read ended the answer, and more may follow.
      if (progress.isOver) return
      const {type} = event
      if (isFailure(type)) write(JSON.stringify({error: toChatError(event.read())}))
      else take(event.read())
      if (isResult(type)) write('[DONE]')
      progress.isOver = isFailure(type) || isResult(type)
    },
    // A client that reads nothing for long gives up.
    onBytes(bytes) {
      if (KEEP_ALIVE.equals(bytes)) progress.text += KEEP_ALIVE
    },
  })

  /** Reads until there is something to write, or nothing more comes. */
  async function fill(): Promise<void> {
    for (let isEnd = false; !isEnd && progress.text === '';) {
      // One after the other: the next part is only of interest when this one brought nothing.
      const {done, value} = await reader.read()
      if (done) framer.end()
      else framer.push(value)
      if (done && !progress.isOver) throw createEndedEarlyError()
      isEnd = done
    }
  }

  async function writeFailure(failure: unknown): Promise<void> {
    if (!(failure instanceof CodexError)) throw failure
    write(await toErrorResponse(failure).text())
    progress.isOver = true
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await fill().catch(writeFailure)
        if (progress.text === '') controller.close()
        else controller.enqueue(encoder.encode(progress.text))
        progress.text = ''
      },
      cancel: (reason) => reader.cancel(reason),
    },
    {highWaterMark: 0},
  )
}

/** The error of an event that ends an answer, with the sentence that it has already. */
function toChatError(event: JsonObject): JsonObject {
  const failed = toJsonObject(event['response'])
  const error = toJsonObject(failed['error'] ?? event['error'] ?? event)
  const {message, type, code, resets_at, retry_after} = error
  return {
    message,
    type: type ?? 'server_error',
    param: null,
    code: code ?? null,
    ...withoutUndefined({resets_at, retry_after}),
  }
}
