/**
 * The product: one function that speaks OpenAI's API and asks the Codex backend.
 *
 * @module
 */
import {chooseAccount, toAccountLabel} from '../accounts/choose-account.ts'
import {CodexError, RequestInvalidError} from '../errors.ts'
import type {FetchFunction} from '../http/fetch.ts'
import type {Backend} from './backend.ts'
import {collectResponse} from './collect-response.ts'
import {toErrorResponse} from './error-response.ts'
import {openAnswer} from './open-answer.ts'
import {prepareRequest} from './prepare-request.ts'
import {readCallerRequest, type CallerRequest} from './read-caller-request.ts'
import {sendRequest} from './send-request.ts'

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
      return await answer(request, backend)
    } catch (error) {
      if (!(error instanceof CodexError) || request.signal?.aborted === true) throw error
      backend.log.warn(`Request failed: ${error.message}`, {code: error.code})
      return toErrorResponse(error)
    }
  }
}

async function answer(
  {path, signal, readBody}: CallerRequest,
  backend: Backend,
): Promise<Response> {
  if (!path.endsWith('/responses')) {
    throw new RequestInvalidError(`There is nothing at ${path}; ask …/responses`)
  }
  const {items, log, now, preferences, store} = backend
  const request = await prepareRequest(await readBody(), {items, preferences: preferences()})
  if (request.changes.length > 0) log.debug('Request was changed', {changes: request.changes})
  const account = await chooseAccount(store)
  const body = await sendRequest(request, backend, {account, signal})
  const options = {items, now, label: toAccountLabel(account)}
  if (!request.stream) return Response.json(await collectResponse(body, options))
  return new Response(await openAnswer(body, options), {
    headers: {'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache'},
  })
}
