/**
 * An answer as a stream of bytes.
 *
 * @module
 */
import type {CodexError} from '../../errors.ts'
import {wordError} from '../refusal/word-error.ts'
import {toAgainFields, type Describe} from '../refusal/error-response.ts'
import type {Answer} from './answer.ts'
import {BLANK_LINE} from './events/responses-event.ts'

const LINE_FEED = 0x0a

/** Tells clients, and whatever is in between, that the connection still lives. */
const KEEP_ALIVE = Buffer.from(`: keep-alive${BLANK_LINE}`)

/**
 * Hands on every event as it came, and comments while the backend is silent. An answer that does not end well ends with
 * one more event, which says so: an error of the stream itself would take away text that its reader has not seen yet.
 *
 * @param describe Says what went wrong. Default: what reads the same in every host.
 */
export function streamAnswer(
  answer: Answer,
  describe: Describe = wordError,
): ReadableStream<Uint8Array> {
  let last: Uint8Array = KEEP_ALIVE
  let sink: Parameters<Answer['pull']>[0]
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        sink = {
          write(events) {
            last = events
            controller.enqueue(events)
          },
          end: () => controller.close(),
          fail(error) {
            // Streams with other line endings are handed on as they come, also in the middle of an event.
            if (!endsEvent(last)) controller.enqueue(Buffer.from(BLANK_LINE))
            controller.enqueue(toErrorEvent(error, describe(error)))
            controller.close()
          },
          onSilence() {
            if (endsEvent(last)) controller.enqueue(KEEP_ALIVE)
          },
        }
      },
      pull: () => answer.pull(sink),
      cancel: (reason) => answer.cancel(reason),
    },
    {highWaterMark: 0},
  )
}

function endsEvent(bytes: Uint8Array): boolean {
  return bytes.at(-1) === LINE_FEED && bytes.at(-2) === LINE_FEED
}

/** In both forms of the protocol's error event: some SDKs read the fields, others the object. */
function toErrorEvent(failure: CodexError, message: string): Uint8Array {
  const error = {code: failure.code, message, param: null, ...toAgainFields(failure)}
  const event = {
    type: 'error',
    sequence_number: 0,
    ...error,
    error: {type: 'server_error', ...error},
  }
  return Buffer.from(`event: error\ndata: ${JSON.stringify(event)}\n\n`)
}
