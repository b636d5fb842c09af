/**
 * An answer as a stream of bytes.
 *
 * @module
 */
import {CodexError, type CodexErrorCode} from '../../errors.ts'
import {wordError} from '../../base/word-error.ts'
import type {Describe} from '../refusal/error-response.ts'
import {BLANK_LINE} from './event-scanner.ts'
import type {Answer} from './open-answer.ts'

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
  const progress = {isBetweenEvents: true}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        answer.whileSilent(() => {
          if (progress.isBetweenEvents) controller.enqueue(KEEP_ALIVE)
        })
      },
      async pull(controller) {
        try {
          const events = await answer.read()
          if (!events) return controller.close()
          const end = events.length
          progress.isBetweenEvents = events[end - 1] === LINE_FEED && events[end - 2] === LINE_FEED
          controller.enqueue(events)
        } catch (error) {
          if (!(error instanceof CodexError)) throw error
          // Streams with other line endings are handed on as they come, also in the middle of an event.
          if (!progress.isBetweenEvents) controller.enqueue(Buffer.from(BLANK_LINE))
          controller.enqueue(toErrorEvent(error.code, describe(error)))
          controller.close()
        }
      },
      cancel: (reason) => answer.cancel(reason),
    },
    {highWaterMark: 0},
  )
}

/** In both forms of the protocol's error event: some SDKs read the fields, others the object. */
function toErrorEvent(code: CodexErrorCode, message: string): Uint8Array {
  const error = {code, message, param: null}
  const event = {
    type: 'error',
    sequence_number: 0,
    ...error,
    error: {type: 'server_error', ...error},
  }
  return Buffer.from(`event: error\ndata: ${JSON.stringify(event)}\n\n`)
}
