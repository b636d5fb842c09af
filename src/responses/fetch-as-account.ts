/**
 * One call to the backend, as the account that is to answer it.
 *
 * @module
 */
import type {Account} from '../accounts/account.ts'
import {NetworkError} from '../errors.ts'
import type {Backend} from './backend.ts'
import {CODEX_CLIENT_VERSION, ORIGINATOR} from '../models/codex-client.ts'
import {reportAnswer} from './report-usage.ts'

/** What is sent, by whom, and how to stop. */
export interface CallOptions {
  /** JSON. */
  readonly body: string
  readonly account: Account
  readonly signal?: AbortSignal | undefined
  /** Beside those that say who asks. */
  readonly headers?: Readonly<Record<string, string>>
}

type TokenCall = CallOptions & {readonly token: string}

/**
 * Posts to `path` below the backend's base URL. A token that the backend rejects is renewed, and the
 * call made once more.
 *
 * @returns The answer, whatever its status.
 * @throws {LoginRequiredError} The login ended.
 * @throws {NetworkError} The backend could not be reached.
 * @throws The signal's reason, when it is aborted.
 */
export async function fetchAsAccount(
  path: string,
  options: CallOptions,
  backend: Backend,
): Promise<Response> {
  const {account, signal} = options
  const wait = signal ? {signal} : {}
  const token = await backend.accessTokens.get(account.id, wait)
  const response = await post(path, {...options, token}, backend)
  if (response.status !== 401) return response
  await response.body?.cancel()
  const renewed = await backend.accessTokens.renew(account.id, token, wait)
  return post(path, {...options, token: renewed}, backend)
}

/** Sends it, and tells what the answer says about the limits of the account. */
async function post(path: string, options: TokenCall, backend: Backend): Promise<Response> {
  const askedAtMs = backend.now()
  const response = await send(path, options, backend)
  await reportAnswer(response, {account: options.account, askedAtMs}, backend)
  return response
}

async function send(
  path: string,
  {account, body, headers, signal, token}: TokenCall,
  {url, userAgent, fetch}: Backend,
): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        'chatgpt-account-id': account.chatgptAccountId,
        'content-type': 'application/json',
        originator: ORIGINATOR,
        'user-agent': userAgent,
        version: CODEX_CLIENT_VERSION,
        ...headers,
      },
      body,
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
