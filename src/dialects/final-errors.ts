/**
 * Errors that an AI SDK does not answer with a repetition.
 *
 * @module
 */
import type {FetchFunction} from '../http/fetch.ts'

/** Failed Dependency (RFC 4918 §11.4): none of the statuses after which that SDK tries again. */
const FINAL_STATUS = 424

/**
 * The same answer, for a caller who may be the Vercel AI SDK. After 408, 409, 429 and 5xx it repeats a
 * request twice, with seconds in between, and does not know `x-should-retry`. What could help was tried
 * before, so for it alone such an error gets another status; everybody else sees the right one.
 */
export function toFinalError(response: Response, ...call: Parameters<FetchFunction>): Response {
  if (response.ok || !isRepeated(response) || !isAiSdk(...call)) return response
  return new Response(response.body, {status: FINAL_STATUS, headers: response.headers})
}

function isRepeated({headers, status}: Response): boolean {
  const isRetried = status === 408 || status === 409 || status === 429 || status >= 500
  return isRetried && headers.get('x-should-retry') === 'false'
}

function isAiSdk(...[input, init]: Parameters<FetchFunction>): boolean {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : {}))
  return headers.get('user-agent')?.includes('ai-sdk') ?? false
}
