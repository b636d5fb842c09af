/**
 * The refusal of an account that is out of quota.
 *
 * @module
 */
import {toJsonObject, toText} from '../http/json-object.ts'
import {withoutUndefined} from '../http/without-undefined.ts'
import {readReset, readUsageWindow, toMinutes, type LimitName} from './read-usage-window.ts'
import {CODEX_LIMIT, type UsageReading} from './usage.ts'

const USAGE_LIMITS = /^(usage_limit_reached|workspace_\w+_(credits_depleted|usage_limit_reached))$/

/** Whether one of these types and codes means that the account is out of quota. */
export function isUsageLimit(...names: readonly (string | undefined)[]): boolean {
  return names.some((name) => name !== undefined && USAGE_LIMITS.test(name))
}

/** What is known about a refusal beside its body. */
export interface RefusalOptions {
  readonly takenAtMs: number
  /** The limit that the request counted against. Default: the one for all requests. */
  readonly activeLimit?: LimitName | undefined
}

/**
 * Reads the body of a refusal, or an event with the same fields. The window that it names is full.
 *
 * @returns `undefined` when it is about something else.
 */
export function parseUsageRefusal(
  body: unknown,
  {takenAtMs, activeLimit = {limit: CODEX_LIMIT}}: RefusalOptions,
): UsageReading | undefined {
  const {detail, error, response} = toJsonObject(body)
  const fields = toJsonObject(toJsonObject(response)['error'] ?? error ?? detail ?? body)
  const names = [toText(fields['type']), toText(fields['code'])]
  if (!isUsageLimit(...names)) return undefined
  const taken = {source: 'refusal', takenAtMs} as const
  const reset = {
    resetAt: fields['resets_at'],
    resetAfterSeconds: fields['resets_in_seconds'],
  }
  const window = {...reset, usedPercent: 100, minutes: fields['limit_window_minutes']}
  return withoutUndefined({
    ...taken,
    windows: toMinutes(window) > 0 ? readUsageWindow(window, activeLimit, taken) : [],
    ...(activeLimit.limit === CODEX_LIMIT && toReached(names, readReset(reset, takenAtMs))),
    plan: toText(fields['plan_type']),
  })
}

function toReached(names: readonly (string | undefined)[], reachedUntilMs: number | undefined) {
  const reachedType = names.find((name) => name?.startsWith('workspace_'))
  return {limitReached: true, reachedType, reachedUntilMs}
}
