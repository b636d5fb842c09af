/**
 * An answer as a stream of bytes.
 *
 * @module
 */
import {CodexError} from '../errors.ts'
import type {Answer} from './open-answer.ts'

/**
 * Hands on every event as it came. An answer that does not end well ends with one more event, which
 * says so: an error of the stream itself would take away text that its reader has not seen yet.
 */
export function streamAnswer(answer: Answer): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const events = await answer.read()
          if (events) controller.enqueue(events)
          else controller.close()
        } catch (error) {
          if (!(error instanceof CodexError)) throw error
          controller.enqueue(toErrorEvent(error))
          controller.close()
        }
      },
      cancel: (reason) => answer.cancel(reason),
    },
    {highWaterMark: 0},
  )
}

/** In both forms of the protocol's error event: some SDKs read the fields, others the object. */
function toErrorEvent({code, message}: CodexError): Uint8Array {
  const error = {code, message, param: null}
  const event = {
    type: 'error',
    sequence_number: 0,
    ...error,
    error: {type: 'server_error', ...error},
  }
  return Buffer.from(`event: error\ndata: ${JSON.stringify(event)}\n\n`)
}
