/**
 * The refusal of an account that is out of quota, as news about its usage.
 *
 * @module
 */
import type {BackendRefusal} from '../../../errors.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {readUsageWindow, type LimitName} from './read-usage-window.ts'
import {findRefusalKind} from '../../refusal-kind.ts'
import {CODEX_LIMIT, type UsageReading} from '../usage.ts'

/** What is known about a refusal beside what it says. */
export interface RefusalOptions {
  readonly takenAtMs: number
  /** The limit that the request counted against. Default: the one for all requests. */
  readonly activeLimit?: LimitName | undefined
}

/**
 * What a refusal says about usage. The window that it names is full.
 *
 * @returns `undefined` when it is about something else.
 */
export function toUsageReading(
  {code, plan, resetsAtMs, type, windowMinutes: minutes = 0}: BackendRefusal,
  {takenAtMs, activeLimit = {limit: CODEX_LIMIT}}: RefusalOptions,
): UsageReading | undefined {
  if (findRefusalKind(code, type) !== 'usage_limit') return undefined
  const taken = {source: 'refusal', takenAtMs} as const
  const text = {usedPercent: 100, minutes, resetAt: undefined, resetAfterSeconds: undefined}
  const full = minutes > 0 ? readUsageWindow(text, activeLimit, taken) : []
  const reachedType = [type, code].find((name) => name?.startsWith('workspace_'))
  return withoutUndefined({
    ...taken,
    windows: full.map((window) => withoutUndefined({...window, resetsAtMs})),
    ...(activeLimit.limit === CODEX_LIMIT && {
      limitReached: true,
      reachedType,
      reachedUntilMs: resetsAtMs,
    }),
    plan,
  })
}
