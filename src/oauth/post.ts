/**
 * One POST to the authorization server.
 *
 * @module
 */
import {NetworkError} from '../errors.ts'
import {callJson, isTimeout, type JsonAnswer, type JsonCall} from '../http/call-json.ts'
import {isUnsent} from './unsent-request.ts'

/** What came back, whatever the status. */
export interface Answer extends Pick<JsonAnswer, 'status' | 'body'> {
  /** What OpenAI's support asks for. */
  readonly requestId?: string
}

/** How to ask, and how to tell the user of a failure. */
export interface PostOptions extends Pick<JsonCall, 'fetch' | 'keep' | 'signal'> {
  /** The most that connecting, waiting and reading may take together, in milliseconds. Default 30 seconds. */
  readonly timeoutMs?: number
  /**
   * Makes the sentence for the user from what went wrong, for example `it did not answer`, and from whether the
   * server may have done what it was asked for.
   */
  readonly explain: (fact: string, isUncertain?: boolean) => string
}

/**
 * Sends a form or, when `body` is a plain object, JSON.
 *
 * @throws {NetworkError} There was no complete answer in time. It says whether there may have been one.
 */
export async function post(
  url: URL,
  body: NonNullable<JsonCall['body']>,
  {timeoutMs = 30_000, explain, ...options}: PostOptions,
): Promise<Answer> {
  try {
    const {headers, isCutOff, ok, status, ...answer} = await callJson(url, {
      ...options,
      body,
      timeoutMs,
    })
    if (ok && isCutOff) throw new SyntaxError('The answer is cut off')
    const requestId = headers.get('x-request-id') ?? ''
    return {status, body: answer.body, ...(/^[\w-]{1,64}$/.test(requestId) && {requestId})}
  } catch (error) {
    options.signal?.throwIfAborted()
    const isUncertain = !isUnsent(error)
    const fact = isTimeout(error)
      ? `${url.host} did not answer within ${timeoutMs / 1000} seconds`
      : toFact(url.host, isUncertain)
    throw new NetworkError(explain(fact, isUncertain), {cause: error, isUncertain})
  }
}

function toFact(host: string, isUncertain: boolean): string {
  if (!isUncertain) return `${host} could not be reached`
  return `the connection to ${host} broke off before the answer was there`
}
