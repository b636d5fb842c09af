/**
 * Answers a request of OpenAI's Responses API.
 *
 * @module
 */
import type {Answer} from './answer/answer.ts'
import {streamAnswer} from './answer/stream-answer.ts'
import {askBackend} from './ask-backend.ts'
import type {Backend} from './backend.ts'
import type {CallerRequest} from './read-caller-request.ts'
import type {TraceHeaders} from './trace-headers.ts'

/** Of an answer of server-sent events. */
export const EVENT_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
}

/** Makes of an answer that has begun what its face hands on, together with these headers. */
export type ToEvents<Events> = (
  answer: Answer,
  backend: Pick<Backend, 'describe'>,
  trace: TraceHeaders,
) => Events

/**
 * Asks the backend, and hands on what it says: as server-sent events when the caller asks for a stream, else as one
 * JSON object.
 *
 * @param toEvents Default: makes a `Response`.
 * @throws {CodexError} There will be no answer.
 * @throws The signal's reason, when it is aborted.
 */
export async function answerRequest<Events>(
  caller: Pick<CallerRequest, 'readBody' | 'signal'>,
  backend: Backend,
  toEvents: ToEvents<Events | Response> = toEventResponse,
): Promise<Events | Response> {
  const {answer, response, trace} = await askBackend(caller, backend)
  if (response) return Response.json(response, {headers: trace})
  return toEvents(answer, backend, trace)
}

const toEventResponse: ToEvents<Response> = (answer, {describe}, trace) =>
  toEventStream(streamAnswer(answer, describe), trace)

/** An answer of server-sent events. */
export function toEventStream(body: ReadableStream<Uint8Array>, trace: TraceHeaders): Response {
  return new Response(body, {headers: {...EVENT_HEADERS, ...trace}})
}
