/**
 * An answer of server-sent events, on its way to a socket.
 *
 * @module
 */
import type {Answer} from '../../responses/answer/answer.ts'
import {EVENT_HEADERS, type ToEvents} from '../../responses/answer-request.ts'
import type {Describe} from '../../responses/refusal/error-response.ts'

/** An answer that has begun. It costs a fraction of a `Response` with a stream in it. */
export interface EventStream {
  readonly answer: Answer
  /** Says what went wrong. */
  readonly describe: Describe | undefined
  /** Its own: more can be put in before it is sent. */
  readonly headers: Record<string, string>
}

/** Makes it. */
export const toEventStream: ToEvents<EventStream> = (answer, {describe}, trace) => ({
  answer,
  describe,
  headers: {...EVENT_HEADERS, ...trace},
})
