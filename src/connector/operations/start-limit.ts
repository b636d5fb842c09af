/**
 * The limit of new logins, unless the application has one of its own.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {ConnectorHooks} from './connector-hooks.ts'

const MAX_STARTS = 10
const WINDOW_MS = 10 * 60_000

/** Lets a user start ten logins in ten minutes. */
export function createStartLimit(now: Clock): NonNullable<ConnectorHooks['rateLimit']> {
  const starts = new Map<string, readonly number[]>()
  return async ({id}, action) => {
    if (action !== 'start_login') return true
    const sinceMs = now() - WINDOW_MS
    for (const [user, times] of starts) {
      if ((times.at(-1) ?? 0) <= sinceMs) starts.delete(user)
    }
    const recent = (starts.get(id) ?? []).filter((timeMs) => timeMs > sinceMs)
    if (recent.length >= MAX_STARTS) return false
    starts.set(id, [...recent, now()])
    return true
  }
}
