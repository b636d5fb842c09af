/**
 * The product: one function that speaks OpenAI's API and asks the Codex backend.
 *
 * @module
 */
import {CodexError, RequestInvalidError} from '../errors.ts'
import type {FetchFunction} from '../http/fetch.ts'
import {askBackend} from './ask-backend.ts'
import type {Backend} from './backend.ts'
import {collectResponse} from './collect-response.ts'
import {toErrorResponse} from './error-response.ts'
import {readCallerRequest, type CallerRequest} from './read-caller-request.ts'
import {streamAnswer} from './stream-answer.ts'

/**
 * Creates the `fetch` that a host gives to its SDK. Whatever the URL's host, a request to
 * `…/responses` is answered by the backend: as server-sent events when it asks for a stream, else as
 * one JSON object. Failures are answers with an `error`; only an abort rejects.
 */
export function createCodexFetch(backend: Backend): FetchFunction {
  return async (input, init) => {
    const request = readCallerRequest(input, init)
    try {
      request.signal?.throwIfAborted()
      return await answerRequest(request, backend)
    } catch (error) {
      if (!(error instanceof CodexError) || request.signal?.aborted === true) throw error
      backend.log.warn(`Request failed: ${error.message}`, {code: error.code})
      return toErrorResponse(error)
    }
  }
}

async function answerRequest(caller: CallerRequest, backend: Backend): Promise<Response> {
  if (!caller.path.endsWith('/responses')) {
    throw new RequestInvalidError(`There is nothing at ${caller.path}; ask …/responses`)
  }
  const {answer, output} = await askBackend(caller, backend)
  if (output) return Response.json(await collectResponse(answer, {output, now: backend.now}))
  return new Response(streamAnswer(answer), {
    headers: {'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache'},
  })
}
