/**
 * How long a refusal asks to wait, wherever it says so.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toList, type JsonObject} from '../../base/json-object.ts'
import type {AnswerHeaders} from '../../http/send.ts'
import {findWait, MAX_WAIT_MS, readWait} from '../../http/read-wait.ts'

/** Names of fields that say when to come back, without what stands between their words, and what a number counts. */
const FIELD =
  /^(?:retry(?:after|in|at|delay)|resets?(?:after|in|at|time)?|wait(?:for|time)?|cooldown(?:for|until)?|available(?:in|at))(ms|millis|milliseconds|s|secs?|seconds|minutes)?$/

/** Places beside the error that can have such fields. */
const PLACES = ['details', 'metadata', 'error_details', 'parameters'] as const

/** The kinds of requests that are counted one by one. */
const COUNTED = ['requests', 'tokens'] as const

/** Where a delay can stand. */
export interface DelaySources {
  readonly fields: JsonObject
  readonly headers: AnswerHeaders
  readonly message: string | undefined
  readonly status: number | undefined
}

/**
 * Finds the delay: of headers first, then of fields, then of words. One that is zero or over counts only where nothing
 * else is said.
 *
 * @returns Milliseconds, at most a month.
 */
export function findDelay(
  {fields, headers, message, status}: DelaySources,
  nowMs: number,
): number | undefined {
  const found = [
    readWait(headers.get('retry-after-ms') ?? headers.get('x-ms-retry-after-ms'), nowMs, 1),
    readWait(headers.get('retry-after') ?? headers.get('x-retry-after'), nowMs),
    ...findInFields(fields, nowMs),
    findWait(message ?? '', nowMs),
    // Other answers have these as well.
    status === 429 ? findInCounts(headers, nowMs) : undefined,
  ].filter((waitMs) => waitMs !== undefined)
  return found.find((waitMs) => waitMs > 0) ?? found[0]
}

function findInFields(fields: JsonObject, nowMs: number): readonly (number | undefined)[] {
  const places = PLACES.flatMap((place) => {
    const value = fields[place]
    return isJsonObject(value) ? [value] : toList(value).slice(0, 10).map(toJsonObject)
  })
  return [fields, ...places].flatMap((place) =>
    Object.entries(place)
      .slice(0, 100)
      .map(([name, value]) => {
        const match = FIELD.exec(name.slice(0, 40).toLowerCase().replaceAll(/[_-]/g, ''))
        const waitMs = match ? readWait(value, nowMs, toUnitMs(match[1])) : undefined
        // Nobody means a wait without end, and here nobody has to be obeyed.
        return waitMs === MAX_WAIT_MS ? undefined : waitMs
      }),
  )
}

function toUnitMs(unit = ''): number {
  if (unit.startsWith('mil') || unit === 'ms') return 1
  return unit === 'minutes' ? 60_000 : 1000
}

/** The headers of OpenAI's API, and those of the IETF's draft, that say when a count begins anew. */
function findInCounts(headers: AnswerHeaders, nowMs: number): number | undefined {
  const waits = COUNTED.flatMap((counted) => {
    const left = headers.get(`x-ratelimit-remaining-${counted}`)
    // What is not used up is not waited for.
    if (left !== null && Number(left) > 0) return []
    return readWait(headers.get(`x-ratelimit-reset-${counted}`), nowMs) ?? []
  })
  if (waits.length > 0) return Math.max(...waits)
  const [, reset] = /[;, ](?:t|reset)=(\d{1,9})\b/.exec(` ${headers.get('ratelimit')}`) ?? []
  return (
    readWait(headers.get('x-ratelimit-reset-after'), nowMs) ??
    readWait(headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset') ?? reset, nowMs)
  )
}
