/**
 * Answers a request of OpenAI's Responses API.
 *
 * @module
 */
import {streamAnswer} from './answer/stream-answer.ts'
import {askBackend} from './ask-backend.ts'
import type {Backend} from './backend.ts'
import type {CallerRequest} from './read-caller-request.ts'
import type {TraceHeaders} from './trace-headers.ts'

/**
 * Asks the backend, and hands on what it says: as server-sent events when the caller asks for a stream, else as one
 * JSON object.
 *
 * @throws {CodexError} There will be no answer.
 * @throws The signal's reason, when it is aborted.
 */
export async function answerRequest(
  caller: Pick<CallerRequest, 'readBody' | 'signal'>,
  backend: Backend,
): Promise<Response> {
  const {answer, response, trace} = await askBackend(caller, backend)
  if (response) return Response.json(response, {headers: trace})
  return toEventStream(streamAnswer(answer, backend.describe), trace)
}

/** An answer of server-sent events. */
export function toEventStream(body: ReadableStream<Uint8Array>, trace: TraceHeaders): Response {
  const type = {'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache'}
  return new Response(body, {headers: {...type, ...trace}})
}
