/**
 * What the backend says when it does not answer, whichever of its forms it uses.
 *
 * @module
 */
import {readLimitHeaders} from '../../accounts/usage/reading/parse-usage-headers.ts'
import {findRefusalKind, toRefusalKind, toRefusalStatus} from '../../accounts/refusal-kind.ts'
import {readReset, toAmount} from '../../accounts/usage/reading/read-usage-window.ts'
import type {BackendRefusal} from '../../errors.ts'
import type {AnswerHeaders, ReceivedAnswer} from '../../http/send.ts'
import {parseJson, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import {toPlainWord} from '../../base/plain-text.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import {findCode, isForeignReasoning} from './find-code.ts'
import {findDelay} from './find-delay.ts'
import {readErrorFields} from './read-error-fields.ts'

/** The most of a server's words that is looked at, in characters. */
const MAX_MESSAGE_CHARACTERS = 4000

/** Where an event has the status that an answer would have had; some put it in place of a code. */
const STATUS_FIELDS = ['status', 'status_code', 'code'] as const

/** The most headers of an event that are looked at. */
const MAX_HEADERS = 100

/** Codes that say no more than a status does; words can say more. */
const VAGUE =
  /^(?:unauthorized|forbidden|authentication_error|permission_error|(?:server|api|internal|internal_server|invalid_request)_error)$/

/** Reads the body and the headers of an answer that is not a success. A body that is no JSON is words, or a page. */
export function parseRefusal(
  text: string,
  {headers, status}: Pick<ReceivedAnswer, 'headers' | 'status'>,
  nowMs: number,
): BackendRefusal {
  const body = isPage(text) ? {} : readErrorFields(parseJson(text) ?? text)
  // A success without an answer is a failure of whoever sent it.
  const told = status < 400 ? undefined : status
  return toRefusal([body, ...readHeaders(headers)], {headers, told, nowMs})
}

/** Reads an `error` or `response.failed` event. */
export function parseFailure(event: JsonObject, nowMs: number): BackendRefusal {
  const fields = readErrorFields(event)
  const statuses = STATUS_FIELDS.map((name) => toAmount(fields[name]) ?? 0)
  const told = statuses.find((status) => status >= 400 && status <= 599)
  const headers = toHeaders(event['headers'])
  return toRefusal([fields, ...readHeaders(headers)], {headers, told, nowMs})
}

/** Whether it is a web page: something in front of the backend answered. */
export function isPage(text: string): boolean {
  return /^\s{0,1000}</.test(text)
}

interface RefusalFacts {
  readonly headers: AnswerHeaders
  /** The status that it came with. */
  readonly told: number | undefined
  readonly nowMs: number
}

/** @param sources What was said, in the order in which it counts. */
function toRefusal(sources: readonly JsonObject[], facts: RefusalFacts): BackendRefusal {
  const {headers, nowMs, told} = facts
  const fields = Object.fromEntries(sources.map(toEntries).toReversed().flat())
  const message = toText(fields['message'])?.slice(0, MAX_MESSAGE_CHARACTERS)
  const retryAfterMs = findDelay({fields, headers, message, status: told}, nowMs)
  const codes = toCodes(sources, told)
  const {resets_at: resetAt, resets_in_seconds: resetAfterSeconds} = fields
  const refusal = withoutUndefined({
    ...codes,
    status: toRefusalStatus(codes, told),
    message,
    plan: toPlainWord(fields['plan_type']),
    windowMinutes: toAmount(fields['limit_window_minutes']),
    resetsAtMs: readReset({resetAt, resetAfterSeconds}, nowMs),
    retryAfterMs,
    requestId: toPlainWord(
      headers.get('x-request-id') ?? headers.get('x-oai-request-id') ?? headers.get('cf-ray'),
    ),
  })
  const kind = toRefusalKind(refusal)
  return kind === 'usage_limit' || kind === 'rate_limit' ? withLimit(refusal, facts) : refusal
}

/** What the headers say about a limit: that it is one of usage, and until when. */
function withLimit(refusal: BackendRefusal, {headers, nowMs}: RefusalFacts): BackendRefusal {
  const {fullUntilMs} = readLimitHeaders(headers, nowMs)
  const reachedType = toPlainWord(headers.get('x-codex-rate-limit-reached-type'))
  const isTold = toRefusalKind(refusal) === 'usage_limit'
  if (!isTold && fullUntilMs === undefined && reachedType === undefined) return refusal
  const {retryAfterMs = 0, resetsAtMs = retryAfterMs > 0 ? nowMs + retryAfterMs : undefined} =
    refusal
  const ends = [resetsAtMs, fullUntilMs].filter((end) => end !== undefined)
  return withoutUndefined({
    ...refusal,
    ...(!isTold && {code: toLimitCode(reachedType)}),
    // Whichever window is free first, the account answers when all of them are.
    resetsAtMs: ends.length === 0 ? undefined : Math.max(...ends),
  })
}

/** A code that is known counts before words, and words before a code that says no more than a status. */
function toCodes(sources: readonly JsonObject[], told: number | undefined) {
  const [code, type, ...others] = sources.flatMap((fields) => [
    toPlainWord(fields['code']),
    toPlainWord(fields['type']),
  ])
  const words = sources.flatMap(({message}) => toText(message) ?? []).join('\n')
  const text = words.slice(0, MAX_MESSAGE_CHARACTERS)
  const clear = isForeignReasoning(text)
    ? 'invalid_encrypted_content'
    : [code, ...others].find(isClear)
  if (clear !== undefined || isClear(type)) return withoutUndefined({type, code: clear ?? code})
  const found = findCode(text, told) ?? code ?? others.find((other) => other !== undefined)
  return withoutUndefined({type, code: found})
}

function toLimitCode(reachedType = ''): string {
  return findRefusalKind(reachedType) === 'usage_limit' ? reachedType : 'usage_limit_reached'
}

function isClear(code: string | undefined): boolean {
  return code !== undefined && !VAGUE.test(code) && findRefusalKind(code) !== undefined
}

/** Headers of the backend that say what its body leaves out. */
function readHeaders(headers: AnswerHeaders): readonly JsonObject[] {
  const json = headers.get('x-error-json') ?? ''
  const text = parseJson(json) === undefined ? Buffer.from(json, 'base64').toString() : json
  const coded = parseJson(text)
  const refused = readErrorFields(headers.get('x-openai-authorization-error') ?? '')
  const [first = ''] = toText(refused['message'])?.split(/[^\w]/, 1) ?? []
  // It may be a code with words behind it.
  return [readErrorFields(coded), first.includes('_') ? {...refused, code: first} : refused]
}

/** Headers inside an event, as the backend puts them where there can be none around it. */
function toHeaders(value: unknown): Headers {
  const headers = new Headers()
  for (const [name, given] of Object.entries(toJsonObject(value)).slice(0, MAX_HEADERS)) {
    const text = typeof given === 'number' ? `${given}` : (toText(given) ?? '\n')
    const isHeader = /^[\w-]{1,100}$/.test(name) && /^[\x20-\x7E]{0,4000}$/.test(text)
    if (isHeader) headers.set(name, text)
  }
  return headers
}

function toEntries(fields: JsonObject): readonly (readonly [string, unknown])[] {
  return Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)
}
