/**
 * Statuses and errors as the clients understand them.
 *
 * @module
 */
import {toMessagesErrorResponse} from '../../dialects/messages/messages-error.ts'
import type {ClientCheck, RequestHead} from '../exchange/exchange.ts'
import {isCodexClient, isMessagesClient} from './find-endpoint.ts'
import {refuse} from './refuse.ts'

/** The official client then asks by HTTP at once; any other answer costs it seconds. */
export function refuseUpgrade(): Response {
  const message = 'This address answers by HTTP only.'
  return refuse({status: 426, code: 'upgrade_refused', message})
}

/** Answers a client that is not known, or may not ask for now. */
export function toClientRefusal(
  {status, message, retryAfterSeconds}: Omit<Extract<ClientCheck, {kind: 'refused'}>, 'kind'>,
  head: RequestHead,
): Response {
  const isOfCodex = isCodexClient(head.headers)
  const isUnknown = status === 401 && !isOfCodex
  const headers = {
    ...(isUnknown && {'www-authenticate': 'Bearer realm="cao gateway"'}),
    ...(retryAfterSeconds !== undefined && {'retry-after': String(retryAfterSeconds)}),
  }
  const code = status === 429 ? 'client_limit' : 'client_unknown'
  // The official client would wait in silence as long as `retry-after` says, for days.
  const shown = status === 429 && isOfCodex ? 400 : status
  return toCodexStatus(refuse({status: shown, code, message, headers}), head)
}

/** No answer of the backend may look as if the client had to log in: it is not its login that was used. */
export function toClientStatus(response: Response, head: RequestHead): Response {
  const isLogin = response.status === 401
  return toCodexStatus(isLogin ? withStatus(response, 403) : response, head)
}

/** Errors in the form of the API that the client speaks. */
export async function toClientForm(response: Response, head: RequestHead): Promise<Response> {
  if (response.ok || !isMessagesClient(head)) return response
  return toMessagesErrorResponse(response)
}

/** The official client repeats all of these, or refreshes its own login; after a 400 it shows the sentence at once. */
function toCodexStatus(response: Response, head: RequestHead): Response {
  const {status} = response
  const isRepeated = status === 401 || status === 403
  return isRepeated && isCodexClient(head.headers) ? withStatus(response, 400) : response
}

function withStatus({body, headers}: Response, status: number): Response {
  return new Response(body, {status, headers})
}
