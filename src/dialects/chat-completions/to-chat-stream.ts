/**
 * A streamed answer as a stream of the Chat Completions API.
 *
 * @module
 */
import type {Answer} from '../../responses/answer/answer.ts'
import {isResult} from '../../responses/answer/answer-end.ts'
import {KEEP_ALIVE} from '../../responses/answer/stream-answer.ts'
import {toAgainFields, type Describe} from '../../responses/refusal/error-response.ts'
import {wordError} from '../../responses/refusal/word-error.ts'
import {toDialectStream} from '../to-dialect-stream.ts'
import {createChunkWriter, isWritten, type ChunkWriterOptions} from './chunk-writer.ts'

/** Options of {@link toChatStream}. */
export interface ChatStreamOptions extends ChunkWriterOptions {
  /** Says what went wrong. Default: what reads the same in every host. */
  readonly describe?: Describe | undefined
}

/**
 * Converts events to events. A failure becomes a last `data: {"error": {…}}`, without the `[DONE]` that follows an
 * answer.
 */
export function toChatStream(
  answer: Answer,
  {describe = wordError, ...options}: ChatStreamOptions,
): ReadableStream<Uint8Array> {
  return toDialectStream(answer, (writeText) => {
    const write = (data: string) => writeText(`data: ${data}\n\n`)
    const take = createChunkWriter((chunk) => write(JSON.stringify(chunk)), options)
    const progress = {isOver: false}
    return {
      wants: isWritten,
      take(event) {
        take(event)
        if (!isResult(String(event['type']))) return
        write('[DONE]')
        progress.isOver = true
      },
      fail(error) {
        const again = toAgainFields(error)
        const fields = {message: describe(error), type: 'server_error', param: null}
        write(JSON.stringify({error: {...fields, code: error.code, ...again}}))
      },
      onSilence: () => writeText(KEEP_ALIVE.toString()),
      get isOver() {
        return progress.isOver
      },
    }
  })
}
