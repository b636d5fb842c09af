/**
 * The `codex.rate_limits` event, which can come anywhere in an answer.
 *
 * @module
 */
import {toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import {toPlainWord} from '../../../base/plain-text.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {parseCredits} from './parse-credits.ts'
import {readLimit, type LimitName, type Taken} from './read-usage-window.ts'
import {CODEX_LIMIT, type UsageReading, type UsageWindow} from '../usage.ts'

/** Its type. */
export const USAGE_EVENT = 'codex.rate_limits'

/** The most additional limits that are looked at. */
const MAX_LIMITS = 20

/** Reads such an event. */
export function parseUsageEvent(event: JsonObject, takenAtMs: number): UsageReading {
  const taken: Taken = {source: 'event', takenAtMs}
  const limits = toJsonObject(event['rate_limits'])
  const name = toLimitName(event)
  const {limit_reached: reached} = limits
  const isGeneral = name.limit === CODEX_LIMIT
  return withoutUndefined({
    ...taken,
    windows: [
      ...readLimit(limits, name, taken),
      ...readLimit(event['code_review_rate_limits'], {limit: 'code review'}, taken),
      ...readAdditional(event['additional_rate_limits'], taken),
    ],
    ...(isGeneral && typeof reached === 'boolean' && {limitReached: reached}),
    plan: toPlainWord(event['plan_type']),
    credits: parseCredits(event['credits']),
  })
}

/** An event is about the limit that it names, and about all requests when it names none. */
function toLimitName(event: JsonObject): LimitName {
  const limitId = toText(event['metered_limit_name'])
  const limit = toText(event['limit_name']) ?? limitId ?? CODEX_LIMIT
  if (limit === CODEX_LIMIT || limitId === CODEX_LIMIT) return {limit: CODEX_LIMIT}
  return {limit, limitId}
}

function readAdditional(value: unknown, taken: Taken): readonly UsageWindow[] {
  const additional = Object.entries(toJsonObject(value)).slice(0, MAX_LIMITS)
  return additional.flatMap(([name, other]) => {
    const limit = toText(name) ?? 'other'
    return readLimit(other, {limit}, taken)
  })
}
