/**
 * What the backend says when it does not answer, whichever of its forms it uses.
 *
 * @module
 */
import {readReset} from '../accounts/read-usage-window.ts'
import type {BackendRefusal} from '../errors.ts'
import {toJsonObject, toText, type JsonObject} from '../http/json-object.ts'
import {toPlainText} from '../http/plain-text.ts'
import {withoutUndefined} from '../http/without-undefined.ts'

/** What a code of an event inside a 200 answer would have been as a status. Others are a 502. */
const STATUS_BY_CODE: Readonly<Record<string, number>> = {
  bio_policy: 400,
  context_length_exceeded: 400,
  cyber_policy: 400,
  insufficient_quota: 402,
  invalid_encrypted_content: 400,
  invalid_prompt: 400,
  invalid_request_error: 400,
  rate_limit_exceeded: 429,
  server_is_overloaded: 503,
  slow_down: 503,
  usage_limit_reached: 429,
  usage_not_included: 403,
}

/** The longest code that is kept, in characters. */
const MAX_WORD_CHARACTERS = 80

/** The backend sends this refusal with and without its code. */
const FOREIGN_REASONING = /encrypted content .*could not be (?:decrypted|parsed|verified)/is

const UNIT_MS: Readonly<Record<string, number>> = {ms: 1, s: 1000, seconds: 1000}

/** Reads the JSON body and the headers of an answer that is not a success. */
export function parseRefusal(
  body: unknown,
  {headers, status}: Response,
  nowMs: number,
): BackendRefusal {
  const refusal = parseError(body, nowMs)
  const retryAfterMs = parseRetryAfter(headers, nowMs) ?? refusal.retryAfterMs
  const requestId = headers.get('x-request-id') ?? headers.get('x-oai-request-id')
  return withoutUndefined({
    ...refusal,
    // A success without an answer is a failure of whoever sent it.
    status: status < 400 ? 502 : status,
    retryAfterMs,
    requestId: toWord(requestId),
  })
}

/** Reads an `error` or `response.failed` event. */
export function parseFailure(event: JsonObject, nowMs: number): BackendRefusal {
  const failed = toJsonObject(event['response'])
  const refusal = parseError({error: failed['error'] ?? event['error'] ?? event}, nowMs)
  const known = [refusal.code, refusal.type].map((code) => STATUS_BY_CODE[code ?? ''])
  const {status} = event
  const told = typeof status === 'number' && status >= 400 ? status : undefined
  return {...refusal, status: known.find((value) => value !== undefined) ?? told ?? 502}
}

/** `{"error": {…}}`, `{"error": "…"}`, `{"detail": "…"}` or `{"detail": {"code": "…"}}`. */
function parseError(body: unknown, nowMs: number): Omit<BackendRefusal, 'status'> {
  const {error, detail} = toJsonObject(body)
  const fields = toJsonObject(error ?? detail)
  const message = toText(fields['message']) ?? toText(detail) ?? toText(error)
  const reset = {resetAt: fields['resets_at'], resetAfterSeconds: fields['resets_in_seconds']}
  const code = FOREIGN_REASONING.test(message ?? '') ? 'invalid_encrypted_content' : fields['code']
  return withoutUndefined({
    type: toWord(fields['type']),
    code: toWord(code),
    plan: toWord(fields['plan_type']),
    message,
    resetsAtMs: readReset(reset, nowMs),
    retryAfterMs: parseDelay(message),
  })
}

/** A word that goes into logs and answers: it must not be the way in for anything else. */
function toWord(value: unknown): string | undefined {
  return toText(toPlainText(toText(value) ?? '', MAX_WORD_CHARACTERS))
}

/** `Retry-After` (RFC 9110 §10.2.3), or OpenAI's more precise `retry-after-ms`. */
function parseRetryAfter(headers: Headers, nowMs: number): number | undefined {
  const milliseconds = headers.get('retry-after-ms') ?? ''
  if (/^\d+(\.\d+)?$/.test(milliseconds)) return Number(milliseconds)
  const value = headers.get('retry-after') ?? ''
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

/** The backend says some delays in words only: "Please try again in 1.5s". */
function parseDelay(message: string | undefined): number | undefined {
  const [, amount, unit = ''] =
    /try again in (\d+(?:\.\d+)?) ?(ms|seconds|s)\b/i.exec(message ?? '') ?? []
  return amount === undefined ? undefined : Number(amount) * (UNIT_MS[unit.toLowerCase()] ?? 1000)
}
