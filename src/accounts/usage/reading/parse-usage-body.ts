/**
 * The answer to the question for the usage.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/backend-client/src/client.rs}
 */
import {
  isJsonObject,
  toJsonObject,
  toList,
  toText,
  type JsonObject,
} from '../../../base/json-object.ts'
import {toPlainWord} from '../../../base/plain-text.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {readLimit, readReset, toAmount, toPercent, type Taken} from './read-usage-window.ts'
import {parseCredits} from './parse-credits.ts'
import {CODEX_LIMIT, type SpendControl, type UsageReading, type UsageWindow} from '../usage.ts'

/** A body with none of them is something else, for example an error. */
const FIELDS = ['rate_limit', 'additional_rate_limits', 'credits'] as const

/** The most additional limits that are looked at. */
const MAX_LIMITS = 20

/**
 * Reads the body of `GET /wham/usage`, or of `GET /codex/usage`.
 *
 * @returns `undefined` when it is not such a body; that says nothing about the account.
 */
export function parseUsageBody(body: unknown, takenAtMs: number): UsageReading | undefined {
  if (!isJsonObject(body) || !FIELDS.some((field) => Object.hasOwn(body, field))) return undefined
  const taken: Taken = {source: 'usage', takenAtMs}
  const rateLimit = toJsonObject(body['rate_limit'])
  const resetCredits = toJsonObject(body['rate_limit_reset_credits'])
  return withoutUndefined({
    ...taken,
    windows: [
      ...readLimit(rateLimit, {limit: CODEX_LIMIT}, taken),
      ...readLimit(body['code_review_rate_limit'], {limit: 'code review'}, taken),
      ...readAdditional(body['additional_rate_limits'], taken),
    ],
    ...parseReached(rateLimit, body['rate_limit_reached_type']),
    plan: toPlainWord(body['plan_type']),
    credits: parseCredits(body['credits']),
    spendControl: parseSpendControl(body['spend_control'], takenAtMs),
    resetCredits: toAmount(resetCredits['available_count']),
  })
}

function readAdditional(value: unknown, taken: Taken): readonly UsageWindow[] {
  return toList(value)
    .slice(0, MAX_LIMITS)
    .map(toJsonObject)
    .flatMap((other) => {
      const limitId = toText(other['metered_feature'])
      const limit = toText(other['limit_name']) ?? limitId ?? 'other'
      return readLimit(other['rate_limit'], {limit, limitId}, taken)
    })
}

/** The type came as a text for some time. */
function parseReached({limit_reached: reached}: JsonObject, type: unknown) {
  const reachedType = toText(toJsonObject(type)['type']) ?? toText(type)
  if (reachedType !== undefined) return {limitReached: true, reachedType}
  return typeof reached === 'boolean' ? {limitReached: reached} : {}
}

function parseSpendControl(value: unknown, nowMs: number): SpendControl | undefined {
  if (!isJsonObject(value)) return undefined
  const limit = toJsonObject(value['individual_limit'])
  const usedPercent = toPercent(limit['used_percent'])
  const resetsAtMs = readReset(
    {resetAt: limit['reset_at'], resetAfterSeconds: limit['reset_after_seconds']},
    nowMs,
  )
  const reached = value['reached'] === true
  if (!reached && usedPercent === undefined) return undefined
  return withoutUndefined({reached, usedPercent, resetsAtMs})
}
