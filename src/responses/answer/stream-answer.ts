/**
 * An answer as a stream of bytes.
 *
 * @module
 */
import type {CodexError} from '../../errors.ts'
import {wordError} from '../refusal/word-error.ts'
import {toAgainFields, type Describe} from '../refusal/error-response.ts'
import type {Answer, AnswerSink} from './answer.ts'
import {BLANK_LINE} from './events/responses-event.ts'

const LINE_FEED = 0x0a

/** Tells clients, and whatever is in between, that the connection still lives. */
export const KEEP_ALIVE = Buffer.from(`: keep-alive${BLANK_LINE}`)

/** Where the bytes of an answer go. */
export type ByteTarget = Pick<ReadableStreamDefaultController<Uint8Array>, 'close' | 'enqueue'>

/**
 * Hands on every event as it came, and comments while the backend is silent. An answer that does not end well ends with
 * one more event, which says so: an error of the stream itself would take away text that its reader has not seen yet.
 *
 * @param describe Says what went wrong. Default: what reads the same in every host.
 */
export function createEventSink(
  target: ByteTarget,
  describe: Describe = wordError,
): AnswerSink & Required<Pick<AnswerSink, 'onSilence'>> {
  let last: Uint8Array = KEEP_ALIVE
  return {
    write(events) {
      last = events
      target.enqueue(events)
    },
    end: () => target.close(),
    fail(error) {
      // Streams with other line endings are handed on as they come, also in the middle of an event.
      if (!endsEvent(last)) target.enqueue(Buffer.from(BLANK_LINE))
      target.enqueue(toErrorEvent(error, describe(error)))
      target.close()
    },
    onSilence() {
      if (endsEvent(last)) target.enqueue(KEEP_ALIVE)
    },
  }
}

/** The answer as {@link createEventSink} hands it on. */
export function streamAnswer(answer: Answer, describe?: Describe): ReadableStream<Uint8Array> {
  let sink: AnswerSink | undefined
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => answer.pull((sink ??= createEventSink(controller, describe))),
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
