/**
 * One call to the backend, as the account that is to answer it.
 *
 * @module
 */
import type {Account} from '../../accounts/account.ts'
import {toRefusalKind} from '../../accounts/refusal-kind.ts'
import {BackendResponseError, NetworkError} from '../../errors.ts'
import {readBeginning} from '../../http/read-beginning.ts'
import {isRedirect, redirectOrigin} from '../../http/redirect.ts'
import {toAccountHeaders} from '../../codex/account-headers.ts'
import type {Backend} from '../backend.ts'
import {CODEX_CLIENT_VERSION, ORIGINATOR} from '../../codex/codex-client.ts'
import {reportAnswer} from '../report-usage.ts'

/** As the official CLI does it: first with the token that is stored by now, then with a new one. */
const MAX_RENEWALS = 2

/** Whose token, and how to stop waiting for it. */
export interface TokenOptions {
  readonly account: Account
  readonly signal?: AbortSignal | undefined
}

/** What is sent, by whom, and how to stop. */
export interface CallOptions extends TokenOptions {
  /** JSON. */
  readonly body: string
  /** The access token, see {@link withAccessToken}. */
  readonly token: string
  /** Beside those that say who asks. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Runs `attempt` with an access token of the account, and again with another one when the backend rejects it, whether it
 * says so by a status or inside an answer.
 *
 * @throws {LoginRequiredError} The login ended.
 * @throws What `attempt` threw last.
 */
export async function withAccessToken<Result>(
  attempt: (token: string) => Promise<Result>,
  {account, signal}: TokenOptions,
  {accessTokens}: Pick<Backend, 'accessTokens'>,
): Promise<Result> {
  const wait = signal ? {signal} : {}
  let token = await accessTokens.get(account.id, wait)
  for (let renewals = 0; ; renewals += 1) {
    try {
      return await attempt(token)
    } catch (error) {
      if (renewals >= MAX_RENEWALS || !isRejectedToken(error)) throw error
      const renewed = await accessTokens.renew(account.id, token, wait)
      if (renewed === token) throw error
      token = renewed
    }
  }
}

function isRejectedToken(error: unknown): boolean {
  return error instanceof BackendResponseError && toRefusalKind(error.refusal) === 'login'
}

/**
 * Posts to `path` below the backend's base URL, and tells what the answer says about the limits of the account.
 *
 * @returns The answer, whatever its status; a refusal with as much of its body as came in time.
 * @throws {BackendResponseError} It is a redirect.
 * @throws {NetworkError} The backend could not be reached.
 * @throws The signal's reason, when it is aborted.
 */
export async function fetchAsAccount(
  path: string,
  options: CallOptions,
  backend: Backend,
): Promise<Response> {
  const askedAtMs = backend.now()
  const answer = await send(path, options, backend)
  if (isRedirect(answer)) throw await toRedirectError(answer, backend.url)
  const response = answer.ok ? answer : await toWholeRefusal(answer, backend)
  await reportAnswer(response, {account: options.account, askedAtMs}, backend)
  return response
}

/** The status says that the request has come to the wrong server (RFC 9110 §15.5.20), and is never asked again. */
async function toRedirectError(answer: Response, url: string): Promise<BackendResponseError> {
  await answer.body?.cancel().catch(() => {})
  const origin = redirectOrigin(answer, url)
  return new BackendResponseError(
    `${new URL(url).host} did not answer, but sent the request on to ${origin ?? 'another address'}. It was not followed: your conversation goes nowhere else. A proxy or the login page of this network may be in between; check the connection, then ask again.`,
    {refusal: {status: 421, code: 'redirected'}},
  )
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
  {account, body, headers, signal, token}: CallOptions,
  {url, userAgent, clientVersion = CODEX_CLIENT_VERSION, fetch}: Backend,
): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...toAccountHeaders(account, token),
        originator: ORIGINATOR,
        'user-agent': userAgent,
        version: clientVersion,
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
