/**
 * One POST to the authorization server.
 *
 * It is not a general HTTP client: it follows no redirect and retries nothing, because the bodies it
 * sends hold secrets that work once.
 *
 * @module
 */
import {NetworkError} from '../errors.ts'
import type {FetchFunction} from '../http/fetch.ts'
import {parseJson} from '../http/json-object.ts'

/** What came back, whatever the status. */
export interface Answer {
  readonly status: number
  /** The JSON value; `undefined` when the body is something else, for example a proxy's HTML page. */
  readonly body: unknown
  /** What OpenAI's support asks for. */
  readonly requestId?: string
}

/** What {@link post} needs from outside. */
export interface PostOptions {
  readonly fetch: FetchFunction
  /** The most that connecting, waiting and reading may take together. Default 30 s. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  /** Makes the sentence for the user from what went wrong, for example `it did not answer`. */
  readonly explain: (fact: string) => string
}

/**
 * Sends a form or, when `body` is a plain object, JSON.
 *
 * @throws {NetworkError} There was no complete answer in time.
 */
export async function post(
  url: URL,
  body: URLSearchParams | Readonly<Record<string, string>>,
  {fetch, timeoutMs = 30_000, signal, explain}: PostOptions,
): Promise<Answer> {
  const isForm = body instanceof URLSearchParams
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      // A 307 would send the refresh token on to wherever a captive portal says.
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
      },
      body: isForm ? body.toString() : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    const requestId = response.headers.get('x-request-id') ?? ''
    return {
      status: response.status,
      body: parseJson(await response.text()),
      ...(/^[\w-]{1,64}$/.test(requestId) && {requestId}),
    }
  } catch (error) {
    signal?.throwIfAborted()
    const fact = timeout.aborted
      ? `${url.host} did not answer within ${timeoutMs / 1000} seconds`
      : `${url.host} could not be reached`
    throw new NetworkError(explain(fact), {cause: error})
  }
}
