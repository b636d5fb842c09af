/**
 * Why the backend did not answer, as an error a person can act on.
 *
 * @module
 */
import {
  BackendResponseError,
  EventInvalidError,
  UsageLimitReachedError,
  type CodexError,
} from '../errors.ts'
import {parseJson, toJsonObject, toText, type JsonObject} from '../http/json-object.ts'

/** The most of a server's own words that is shown. */
const MAX_MESSAGE_CHARACTERS = 600

/** What a code of an event inside a 200 answer would have been as a status. Others are a 502. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  context_length_exceeded: 400,
  invalid_prompt: 400,
  rate_limit_exceeded: 429,
  server_is_overloaded: 503,
  slow_down: 503,
  usage_limit_reached: 429,
  usage_not_included: 403,
}

/** What the backend said, whichever of its forms it used. */
interface Refusal {
  readonly status: number
  readonly type?: string | undefined
  readonly code?: string | undefined
  readonly message?: string | undefined
  readonly resetsAtMs?: number | undefined
}

/** Reads an answer that is not a success, and says what it means for the account called `label`. */
export async function readBackendError(response: Response, label: string): Promise<CodexError> {
  const text = await response.text()
  return toError({...parseRefusal(parseJson(text)), status: response.status}, {label, text})
}

/** Converts an `error` or `response.failed` event, for the account called `label`. */
export function toEventError(event: JsonObject, label: string): CodexError {
  const failed = toJsonObject(event['response'])
  const refusal = parseRefusal({...event, error: failed['error'] ?? event['error'] ?? event})
  const known = [refusal.code, refusal.type].find((code) => code && code in STATUS_BY_CODE)
  return toError({...refusal, status: STATUS_BY_CODE[known ?? ''] ?? 502}, {label, text: ''})
}

/** The backend's forms: `{"error": {…}}`, `{"detail": "…"}` and `{"detail": {"code": "…"}}`. */
function parseRefusal(body: unknown): Omit<Refusal, 'status'> {
  const {error, detail} = toJsonObject(body)
  const {type, code, message, resets_at: resetsAt} = toJsonObject(error ?? detail)
  return {
    type: toText(type),
    code: toText(code),
    message: toText(message) ?? toText(detail) ?? toText(error),
    resetsAtMs: typeof resetsAt === 'number' ? resetsAt * 1000 : undefined,
  }
}

function toError(refusal: Refusal, {label, text}: {label: string; text: string}): CodexError {
  const {status, type, code, message, resetsAtMs} = refusal
  if (type === 'usage_limit_reached' || code === 'usage_limit_reached') {
    const until = resetsAtMs === undefined ? 'later' : `after ${toLocalTime(resetsAtMs)}`
    return new UsageLimitReachedError(
      `Codex API error: 429. ${label} has reached its ChatGPT usage limit. Try again ${until}.`,
      {resetsAtMs},
    )
  }
  const sentence = describe(refusal) ?? message?.slice(0, MAX_MESSAGE_CHARACTERS)
  return new BackendResponseError(`Codex API error: ${status}. ${sentence ?? describeText(text)}`, {
    refusal: {status, ...(type && {type}), ...(code && {backendCode: code})},
  })
}

function describe({status, type, code}: Refusal): string | undefined {
  if (type === 'usage_not_included' || code === 'usage_not_included') {
    return 'The ChatGPT plan of this account does not include Codex. Upgrade it, or connect another account.'
  }
  if (status === 401) {
    return 'ChatGPT does not accept this login any more. Press Connect to sign in again.'
  }
  if (status === 429) return 'Too many requests at once. Wait a moment and try again.'
  if (code === 'server_is_overloaded' || code === 'slow_down') {
    return 'This model is busy. Try again in a moment, or choose another model.'
  }
  return undefined
}

/** For answers that did not come from the backend itself, but from something in front of it. */
function describeText(text: string): string {
  return /^\s*</.test(text)
    ? 'A web page came back instead of an answer: a proxy, a firewall or a check for robots is in the way. Open chatgpt.com in a browser on this network, then try again.'
    : 'The server gave no reason. Try again in a moment.'
}

/** A point in time as a person near this machine says it. */
function toLocalTime(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'})
}

/** The answer ended, and nothing said that it was complete. */
export function createEndedEarlyError(): EventInvalidError {
  return new EventInvalidError(
    'The answer ended before it was complete: the connection to ChatGPT was cut. Ask again.',
  )
}

/** Whether events of this type say why there will be no answer. */
export function isFailure(type: string): boolean {
  return type === 'error' || type === 'response.failed'
}
