/**
 * Short calls: one request to a server, and an answer in JSON that fits into memory.
 *
 * They follow no redirect and repeat nothing, because requests carry tokens, and some tokens work only once.
 *
 * @module
 */
import {parseJson} from '../base/json-object.ts'
import type {FetchFunction} from './fetch.ts'
import {readWhole} from './read-whole.ts'

/** What is sent, and how long and how large the answer may be. */
export interface JsonCall {
  readonly fetch: FetchFunction
  readonly headers?: Readonly<Record<string, string>>
  /** Sent with POST, as a form or else as JSON. Default: a GET without a body. */
  readonly body?: URLSearchParams | Readonly<Record<string, string>>
  /** The most that connecting, waiting and reading may take together, in milliseconds. Default 10 seconds. */
  readonly timeoutMs?: number | undefined
  /** The most that is read of the answer. Default 1,000,000; 0 reads nothing. */
  readonly maxBytes?: number
  /** Ends the call early. */
  readonly signal?: AbortSignal | undefined
  /**
   * Takes the text of a successful answer as soon as all of it is there, before anything else is done. Then
   * nobody waits for the connection to end.
   */
  readonly keep?: ((text: string) => Promise<void>) | undefined
}

/** What came back, whatever the status. */
export interface JsonAnswer {
  readonly ok: boolean
  readonly status: number
  readonly headers: Headers
  /** The JSON value; `undefined` when the body is something else, for example a proxy's HTML page. */
  readonly body: unknown
  /** Whether the body was longer than what is read of it, or JSON that breaks off. */
  readonly isCutOff: boolean
}

/** How often the text of an answer is tried as JSON before its connection ends. */
const MAX_TRIES = 16

/** An answer for the first, slow run of the code that reads answers. */
const REHEARSAL = '{"access_token":"","refresh_token":""}'

/**
 * Sends a request and reads its answer, whatever the status.
 *
 * @throws What `fetch` and reading throw: the reason of `signal`, or an error that {@link isTimeout} recognizes.
 */
export async function callJson(url: URL | string, call: JsonCall): Promise<JsonAnswer> {
  const {fetch, body, headers, signal, keep, timeoutMs = 10_000} = call
  // Code that runs for the first time takes ten times as long, and an answer must be kept at once.
  if (keep) await readAnswer(new Response(REHEARSAL), {...call, keep: async () => {}})
  const init = {
    // A 307 would send a token on to wherever a captive portal says.
    redirect: 'manual',
    headers: {accept: 'application/json', ...toContentType(body), ...headers},
    ...(body && {
      method: 'POST',
      body: body instanceof URLSearchParams ? body.toString() : JSON.stringify(body),
    }),
  } as const
  // Not before it is needed: ky makes a request as soon as it is loaded, to see what the system can do.
  const {default: ky} = await import('ky')
  let answer: JsonAnswer | undefined
  await ky(url, {
    ...(signal && {signal}),
    timeout: timeoutMs,
    retry: 0,
    throwHttpErrors: false,
    // ky's time limit ends with what this returns, and on Node 20 so does its signal: the answer is read before. What
    // is sent stays out of ky, which would copy it (2 ms), and cannot repeat what it does not have.
    fetch: async (request) => {
      const limit = request instanceof Request ? request.signal : null
      const response = await fetch(url, {...init, signal: limit})
      answer = await readAnswer(response, call)
      return response
    },
  })
  return answer!
}

/** Whether a call failed because it took too long. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

function toContentType(body: JsonCall['body']) {
  const type = body instanceof URLSearchParams ? 'x-www-form-urlencoded' : 'json'
  return body && {'content-type': `application/${type}`}
}

async function readAnswer(
  response: Response,
  {keep, maxBytes = 1_000_000}: JsonCall,
): Promise<JsonAnswer> {
  const {headers, ok, status} = response
  let kept: Promise<void> | undefined
  // At once, and not after the connection was closed: that takes as long as all else that is done with an answer.
  const onWhole = (whole: string) => void (ok && (kept ??= keep?.(whole)))
  const text = await readWhole(response, maxBytes, keep && createEndFinder(onWhole))
  if (text !== undefined) onWhole(text)
  await kept
  const body = parseJson(text)
  const isCutOff = body === undefined && text?.trimStart().startsWith('{') !== false
  return {ok, status, headers, body, isCutOff}
}

function createEndFinder(onWhole: (text: string) => void): (text: string) => boolean {
  let tries = MAX_TRIES
  return (text) => {
    if (tries === 0 || !text.trimEnd().endsWith('}')) return false
    tries -= 1
    const isWhole = parseJson(text) !== undefined
    if (isWhole) onWhole(text)
    return isWhole
  }
}
