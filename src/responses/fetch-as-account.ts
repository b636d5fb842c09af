/**
 * One call to the backend, as the account that is to answer it.
 *
 * @module
 */
import type {Account} from '../accounts/account.ts'
import {NetworkError} from '../errors.ts'
import {readBeginning} from '../http/read-beginning.ts'
import type {Backend} from './backend.ts'
import {CODEX_CLIENT_VERSION, ORIGINATOR} from '../models/codex-client.ts'
import {reportAnswer} from './report-usage.ts'

/** As the official CLI does it: first with the token that is stored by now, then with a new one. */
const MAX_RENEWALS = 2

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
 * call made again.
 *
 * @returns The answer, whatever its status; a refusal with as much of its body as came in time.
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
  let token = await backend.accessTokens.get(account.id, wait)
  let response = await post(path, {...options, token}, backend)
  for (let renewals = 0; response.status === 401 && renewals < MAX_RENEWALS; renewals += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each try is with a token that came after the last
    const renewed = await backend.accessTokens.renew(account.id, token, wait)
    if (renewed === token) return response
    token = renewed
    // oxlint-disable-next-line no-await-in-loop -- as above
    response = await post(path, {...options, token}, backend)
  }
  return response
}

/** Sends it, and tells what the answer says about the limits of the account. */
async function post(path: string, options: TokenCall, backend: Backend): Promise<Response> {
  const askedAtMs = backend.now()
  const answer = await send(path, options, backend)
  const response = answer.ok ? answer : await toWholeRefusal(answer, backend)
  await reportAnswer(response, {account: options.account, askedAtMs}, backend)
  return response
}

/** The refusal with as much of its body as is worth waiting for. Its connection is free, or closed. */
async function toWholeRefusal(
  answer: Response,
  {refusalLimitMs}: Pick<Backend, 'refusalLimitMs'>,
): Promise<Response> {
  const text = await readBeginning(answer, refusalLimitMs)
  // A `Response` can be made with no higher status, and with a few of them only without a body.
  const status = Math.min(answer.status, 599)
  return new Response(text || null, {status, headers: answer.headers})
}

async function send(
  path: string,
  {account, body, headers, signal, token}: TokenCall,
  {url, userAgent, fetch}: Backend,
): Promise<Response> {
  const {chatgptAccountId} = account
  try {
    return await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(chatgptAccountId !== undefined && {'chatgpt-account-id': chatgptAccountId}),
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
