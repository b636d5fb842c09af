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
import {parseJson} from '../base/json-object.ts'
import {isUnsent} from './unsent-request.ts'

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
  /**
   * Takes the text of a successful answer as soon as all of it is there, before anything else is done. Then
   * nobody waits for the connection to end.
   */
  readonly keep?: (text: string) => Promise<void>
  /**
   * Makes the sentence for the user from what went wrong, for example `it did not answer`, and from whether the
   * server may have done what it was asked for.
   */
  readonly explain: (fact: string, isUncertain?: boolean) => string
}

/** The most that is read of an answer, in characters: tokens have some 10,000. */
const MAX_CHARACTERS = 1_000_000

/** An answer to practise with. */
const REHEARSAL = '{"access_token":"","refresh_token":""}'

/** How often to try whether all of an answer is there, though its connection goes on. */
const MAX_TRIES = 16

/**
 * Sends a form or, when `body` is a plain object, JSON.
 *
 * @throws {NetworkError} There was no complete answer in time. It says whether there may have been one.
 */
export async function post(
  url: URL,
  body: URLSearchParams | Readonly<Record<string, string>>,
  {fetch, timeoutMs = 30_000, signal, keep, explain}: PostOptions,
): Promise<Answer> {
  // Code that runs for the first time takes ten times as long, and what is kept must be kept at once.
  if (keep) await readAnswer(new Response(REHEARSAL), async () => {})
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
    return await readAnswer(response, keep)
  } catch (error) {
    signal?.throwIfAborted()
    const isUncertain = !isUnsent(error)
    const fact = timeout.aborted
      ? `${url.host} did not answer within ${timeoutMs / 1000} seconds`
      : toFact(url.host, isUncertain)
    throw new NetworkError(explain(fact, isUncertain), {cause: error, isUncertain})
  }
}

function toFact(host: string, isUncertain: boolean): string {
  if (!isUncertain) return `${host} could not be reached`
  return `the connection to ${host} broke off before the answer was there`
}

async function readAnswer(response: Response, keep: PostOptions['keep']): Promise<Answer> {
  const {headers, ok, status} = response
  const text = await readText(response, keep !== undefined)
  if (ok) await keep?.(text)
  const body = parseJson(text)
  const isCutOff = ok && body === undefined && text.trimStart().startsWith('{')
  if (isCutOff) throw new SyntaxError('The answer is cut off')
  const requestId = headers.get('x-request-id') ?? ''
  return {status, body, ...(/^[\w-]{1,64}$/.test(requestId) && {requestId})}
}

/** @param isEager Whether the text of a JSON object is enough, and nobody waits for the end after it. */
async function readText({body}: Response, isEager: boolean): Promise<string> {
  if (!body) return ''
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let tries = isEager ? MAX_TRIES : 0
  try {
    for (;;) {
      const {value} = await reader.read()
      if (!value) return text
      const chunk = decoder.decode(value, {stream: true})
      text += chunk
      if (text.length > MAX_CHARACTERS) throw new RangeError('The answer is too long')
      const mayBeWhole = tries > 0 && chunk.trimEnd().endsWith('}')
      if (mayBeWhole) tries -= 1
      if (mayBeWhole && parseJson(text) !== undefined) return text
    }
  } finally {
    void reader.cancel().catch(() => {})
  }
}
