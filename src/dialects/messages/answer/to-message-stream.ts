/**
 * An answer as a stream of the Messages API.
 *
 * @module
 */
import type {JsonObject} from '../../../base/json-object.ts'
import type {CodexError} from '../../../errors.ts'
import type {Answer} from '../../../responses/answer/answer.ts'
import {KEEP_ALIVE} from '../../../responses/answer/stream-answer.ts'
import {toDialectStream} from '../../to-dialect-stream.ts'
import {isWritten, MessageWriter, type MessageWriterOptions} from './message-writer.ts'

/** Options of {@link toMessageStream}. */
export interface MessageStreamOptions extends MessageWriterOptions {
  /** The event that tells of a failure. `undefined` breaks the stream off, for a client that then asks again. */
  readonly toFailure: (error: CodexError) => JsonObject | undefined
}

/** Writes each event as it comes, and pings while nothing else is written. */
export function toMessageStream(
  answer: Answer,
  options: MessageStreamOptions,
): ReadableStream<Uint8Array> {
  return toDialectStream(answer, (writeText) => {
    const write = (event: JsonObject) =>
      writeText(`event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`)
    const writer = new MessageWriter(write, options)
    return {
      wants: isWritten,
      take: (event) => writer.take(event),
      fail(error) {
        const event = options.toFailure(error)
        if (!event) throw error
        write(event)
      },
      onSilence() {
        if (writer.hasStarted) write({type: 'ping'})
        else writeText(KEEP_ALIVE.toString())
      },
      get isOver() {
        return writer.isOver
      },
    }
  })
}
