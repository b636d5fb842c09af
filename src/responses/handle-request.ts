/**
 * The product: one function that speaks OpenAI's Responses API and asks the Codex backend.
 *
 * @module
 */
import {CodexError, toErrorFields} from '../errors.ts'
import type {FetchFunction} from '../http/fetch.ts'
import {askBackend} from './ask-backend.ts'
import type {Backend} from './backend.ts'
import {toErrorResponse} from './refusal/error-response.ts'
import {readCallerRequest, type CallerRequest} from './read-caller-request.ts'
import {streamAnswer} from './answer/stream-answer.ts'

/**
 * Creates a `fetch` whose every request is one to the Responses API, whatever its URL. It is answered
 * by the backend: as server-sent events when it asks for a stream, else as one JSON object. Failures
 * are answers with an `error`; only an abort rejects.
 */
export function createCodexFetch(backend: Backend): FetchFunction {
  return async (input, init) => {
    const caller = readCallerRequest(input, init)
    return answerOrExplain(caller, backend, () => answerRequest(caller, backend))
  }
}

/**
 * The answer, or an error answer that says why there is none.
 *
 * @throws The signal's reason, when the caller has aborted.
 */
export async function answerOrExplain(
  {signal}: Pick<CallerRequest, 'signal'>,
  {log, describe}: Pick<Backend, 'describe' | 'log'>,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    signal?.throwIfAborted()
    return await answer()
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof CodexError)) throw error
    log.warn('Request failed', toErrorFields(error))
    return toErrorResponse(error, describe)
  }
}

async function answerRequest(caller: CallerRequest, backend: Backend): Promise<Response> {
  const {answer, response, trace} = await askBackend(caller, backend)
  if (response) return Response.json(response, {headers: trace})
  const type = {'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache'}
  return new Response(streamAnswer(answer, backend.describe), {headers: {...type, ...trace}})
}
