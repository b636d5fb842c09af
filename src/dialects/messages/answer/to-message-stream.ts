/**
 * An answer as a stream of the Messages API.
 *
 * @module
 */
import type {JsonObject} from '../../../base/json-object.ts'
import type {CodexError} from '../../../errors.ts'
import {createEndedEarlyError} from '../../../responses/refusal/backend-error.ts'
import type {Answer, AnswerSink} from '../../../responses/answer/answer.ts'
import {EventFramer} from '../../../responses/answer/events/event-framer.ts'
import {isWritten, MessageWriter, type MessageWriterOptions} from './message-writer.ts'

/** Options of {@link toMessageStream}. */
export interface MessageStreamOptions extends MessageWriterOptions {
  /** The event that tells of a failure. `undefined` breaks the stream off, for a client that then asks again. */
  readonly toFailure: (error: CodexError) => JsonObject | undefined
}

/** Writes each event as it comes, and pings while the backend is silent. Cancelling it closes the connection. */
export function toMessageStream(
  answer: Answer,
  options: MessageStreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const progress = {text: '', isOver: false}
  const write = (event: JsonObject) => {
    progress.text += `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`
  }
  const writer = new MessageWriter(write, options)
  const framer = new EventFramer({wants: isWritten, onEvent: (event) => writer.take(event.read())})
  const fail = (error: CodexError) => {
    const event = options.toFailure(error)
    if (!event) throw error
    write(event)
    progress.isOver = true
  }
  const sink: AnswerSink = {
    write: (events) => framer.push(events),
    end() {
      framer.end()
      progress.isOver = true
      if (!writer.isOver) fail(createEndedEarlyError())
    },
    fail,
    onSilence() {
      if (writer.hasStarted) write({type: 'ping'})
      else progress.text += ': keep-alive\n\n'
    },
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // One after the other: the next part is only of interest when this one brought nothing.
        while (progress.text === '' && !progress.isOver) await answer.pull(sink)
        if (progress.text !== '') controller.enqueue(encoder.encode(progress.text))
        progress.text = ''
        // A text that ended at a stop sequence would go on in vain.
        if (writer.isOver && !progress.isOver) await answer.cancel()
        if (progress.isOver || writer.isOver) controller.close()
      },
      cancel: (reason) => answer.cancel(reason),
    },
    {highWaterMark: 0},
  )
}
