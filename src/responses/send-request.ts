/**
 * One request to the Codex backend's Responses API.
 *
 * @module
 */
import type {Account} from '../accounts/account.ts'
import {parseActiveLimit} from '../accounts/parse-usage-headers.ts'
import type {LimitName} from '../accounts/read-usage-window.ts'
import {readBackendError, type RefusedRequest} from './backend-error.ts'
import type {Backend} from './backend.ts'
import {fetchAsAccount} from './fetch-as-account.ts'
import type {PreparedRequest} from './request/prepare-request.ts'

/** Who asks, and how to stop. */
export interface SendOptions {
  readonly account: Account
  readonly signal?: AbortSignal | undefined
  /** What an error needs to know about the request. */
  readonly refused: Omit<RefusedRequest, 'nowMs'>
}

/**
 * Sends `request` and resolves once the backend has accepted it, before its first event.
 *
 * @returns The body of the answer, and the limit that the request counts against.
 * @throws {LoginRequiredError} The login ended.
 * @throws {UsageLimitReachedError} The account has no quota left.
 * @throws {BackendResponseError} Any other answer that is not a success.
 * @throws {NetworkError} The backend could not be reached.
 */
export async function sendRequest(
  {body: json, conversationId, lite}: PreparedRequest,
  backend: Backend,
  {account, signal, refused}: SendOptions,
): Promise<{readonly body: ReadableStream<Uint8Array>; readonly activeLimit: LimitName}> {
  const headers = {
    accept: 'text/event-stream',
    'session-id': conversationId,
    'thread-id': conversationId,
    ...(lite && {'x-openai-internal-codex-responses-lite': 'true'}),
  }
  const options = {body: json, account, signal, headers}
  const response = await fetchAsAccount('/codex/responses', options, backend)
  const {body} = response
  const modelsEtag = response.headers.get('x-models-etag')
  if (modelsEtag !== null) backend.onModelsEtag?.(modelsEtag)
  if (response.ok && body && !isDocument(response)) {
    return {body, activeLimit: parseActiveLimit(response.headers)}
  }
  throw await readBackendError(response, {...refused, nowMs: backend.now()})
}

/** A success that is no stream came from something in front of the backend. */
function isDocument({headers}: Response): boolean {
  return /^(application\/json|text\/html)\b/.test(headers.get('content-type') ?? '')
}
