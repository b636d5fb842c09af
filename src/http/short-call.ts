/**
 * One question to a server, and its short answer in JSON.
 *
 * It follows no redirect and repeats nothing: questions carry tokens, and some of them work once.
 *
 * @module
 */
import {parseJson} from '../base/json-object.ts'
import type {FetchFunction} from './fetch.ts'
import {readWhole} from './read-whole.ts'

/** A question. */
export interface ShortCall {
  readonly fetch: FetchFunction
  readonly headers?: Readonly<Record<string, string>>
  /** Makes it a POST: of a form, or else of JSON. */
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
export interface ShortAnswer {
  readonly ok: boolean
  readonly status: number
  readonly headers: Headers
  /** The JSON value; `undefined` when the body is something else, for example a proxy's HTML page. */
  readonly body: unknown
  /** Whether the body was longer than what is read of it, or JSON that breaks off. */
  readonly isCutOff: boolean
}

/** How often to try whether all of an answer is there, though its connection goes on. */
const MAX_TRIES = 16

/** An answer to practise with. */
const REHEARSAL = '{"access_token":"","refresh_token":""}'

/**
 * Asks.
 *
 * @throws What `fetch` and reading throw; the reason of `signal`, or what {@link isTimeout} knows, when there was no
 * whole answer before.
 */
export async function callShortly(url: URL | string, call: ShortCall): Promise<ShortAnswer> {
  const {fetch, body, headers, signal, keep, timeoutMs = 10_000} = call
  // Code that runs for the first time takes ten times as long, and what is kept must be kept at once.
  if (keep) await readAnswer(new Response(REHEARSAL), {...call, keep: async () => {}})
  const timeout = AbortSignal.timeout(timeoutMs)
  const response = await fetch(url, {
    // A 307 would send a token on to wherever a captive portal says.
    redirect: 'manual',
    headers: {accept: 'application/json', ...toContentType(body), ...headers},
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...(body && {
      method: 'POST',
      body: body instanceof URLSearchParams ? body.toString() : JSON.stringify(body),
    }),
  })
  return readAnswer(response, call)
}

/** Whether a call took longer than it may. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

function toContentType(body: ShortCall['body']) {
  const type = body instanceof URLSearchParams ? 'x-www-form-urlencoded' : 'json'
  return body && {'content-type': `application/${type}`}
}

async function readAnswer(
  response: Response,
  {keep, maxBytes = 1_000_000}: ShortCall,
): Promise<ShortAnswer> {
  const {headers, ok, status} = response
  const text = await readWhole(response, maxBytes, keep && createEndFinder())
  if (ok && text !== undefined) await keep?.(text)
  const body = parseJson(text)
  const isCutOff = body === undefined && text?.trimStart().startsWith('{') !== false
  return {ok, status, headers, body, isCutOff}
}

function createEndFinder(): (text: string) => boolean {
  let tries = MAX_TRIES
  return (text) => {
    if (tries === 0 || !text.trimEnd().endsWith('}')) return false
    tries -= 1
    return parseJson(text) !== undefined
  }
}
