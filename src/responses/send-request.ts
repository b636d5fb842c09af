/**
 * One request to the Codex backend, as the account that is to answer it.
 *
 * @module
 */
import {toAccountLabel} from '../accounts/choose-account.ts'
import type {Account} from '../accounts/account.ts'
import {NetworkError} from '../errors.ts'
import {readBackendError} from './backend-error.ts'
import type {Backend} from './backend.ts'
import {CODEX_CLIENT_VERSION, ORIGINATOR} from './codex-client.ts'
import type {PreparedRequest} from './prepare-request.ts'

/** Who asks, and how to stop. */
export interface SendOptions {
  readonly account: Account
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends `request` and resolves once the backend has accepted it, before its first event. A token that
 * the backend rejects is renewed, and the request sent once more.
 *
 * @returns The body of the answer.
 * @throws {LoginRequiredError} The login ended.
 * @throws {UsageLimitReachedError} The account has no quota left.
 * @throws {BackendResponseError} Any other answer that is not a success.
 * @throws {NetworkError} The backend could not be reached.
 */
export async function sendRequest(
  request: PreparedRequest,
  backend: Backend,
  {account, signal}: SendOptions,
): Promise<ReadableStream<Uint8Array>> {
  const token = await backend.accessTokens.get(account.id, {...(signal && {signal})})
  let response = await post(request, backend, {account, signal, token})
  if (response.status === 401) {
    await response.body?.cancel()
    const renewed = await backend.accessTokens.renew(account.id, token, {...(signal && {signal})})
    response = await post(request, backend, {account, signal, token: renewed})
  }
  if (response.ok && response.body) return response.body
  throw await readBackendError(response, toAccountLabel(account))
}

async function post(
  request: PreparedRequest,
  {url, userAgent, fetch}: Backend,
  {account, signal, token}: SendOptions & {readonly token: string},
): Promise<Response> {
  try {
    return await fetch(`${url}/codex/responses`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        'chatgpt-account-id': account.chatgptAccountId,
        'content-type': 'application/json',
        originator: ORIGINATOR,
        'session-id': request.conversationId,
        'thread-id': request.conversationId,
        'user-agent': userAgent,
        version: CODEX_CLIENT_VERSION,
      },
      body: request.body,
      ...(signal && {signal}),
    })
  } catch (cause) {
    signal?.throwIfAborted()
    throw new NetworkError(
      `No connection to ${new URL(url).host}. Check the internet connection and the proxy settings, then try again.`,
      {cause},
    )
  }
}
