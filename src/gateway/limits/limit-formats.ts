/**
 * The limits of all accounts together, in the three forms in which the backend tells those of one.
 *
 * @module
 */
import type {PoolLimit, PoolState, PoolWindow} from './pool-state.ts'

/** Type of the event among those of an answer. */
const LIMITS_EVENT = 'codex.rate_limits'

/** Headers of an answer that say something about the limits of one account. */
const LIMIT_HEADER =
  /^x-(?:codex-(?:active-limit|plan-type|promo-message|rate-limit-reached-type|credits-.+)|.+-(?:primary|secondary)-.+|.+-limit-name)$/

/** Whether a header of the backend says something about limits. The name is in lower case. */
export function isLimitHeader(name: string): boolean {
  return name.startsWith('x-') && LIMIT_HEADER.test(name)
}

/** The headers of an answer. */
export function toLimitHeaders(state: PoolState): Readonly<Record<string, string>> {
  const {additional, credits, isAllowed, shown, windows} = state
  return {
    'x-codex-active-limit': 'codex',
    'x-codex-plan-type': shown?.plan ?? 'unknown',
    ...toFamily('codex', windows, state),
    'x-codex-credits-has-credits': credits ? 'True' : 'False',
    'x-codex-credits-unlimited': credits?.unlimited === true ? 'True' : 'False',
    'x-codex-credits-balance': String(credits?.balance ?? 0),
    ...Object.assign({}, ...additional.map((limit) => toAdditionalFamily(limit, state))),
    ...(!isAllowed && {'x-codex-rate-limit-reached-type': 'rate_limit_reached'}),
  }
}

/** The event inside an answer. */
export function toLimitsEvent(state: PoolState) {
  const {additional, isAllowed, shown, windows} = state
  const toPlaces = (some: readonly PoolWindow[]) => ({
    primary: toEventWindow(some[0], state),
    secondary: toEventWindow(some[1], state),
  })
  return {
    type: LIMITS_EVENT,
    plan_type: shown?.plan ?? 'unknown',
    rate_limits: {allowed: isAllowed, limit_reached: !isAllowed, ...toPlaces(windows)},
    code_review_rate_limits: null,
    additional_rate_limits:
      additional.length === 0
        ? null
        : Object.fromEntries(additional.map((limit) => [limit.name, toPlaces(limit.windows)])),
    credits: toCredits(state),
    promo: null,
  }
}

/** The answer to the question for the usage. */
export function toUsageBody(state: PoolState): Readonly<Record<string, unknown>> {
  const {additional, isAllowed, shown, windows} = state
  const toLimit = (some: readonly PoolWindow[], isReached: boolean) => ({
    allowed: !isReached,
    limit_reached: isReached,
    primary_window: toUsageWindow(some[0], state),
    secondary_window: toUsageWindow(some[1], state),
  })
  return {
    user_id: shown?.id.split(':')[0] ?? '',
    account_id: shown?.chatgptAccountId ?? '',
    email: shown?.email ?? '',
    plan_type: shown?.plan ?? 'unknown',
    rate_limit: toLimit(windows, !isAllowed),
    code_review_rate_limit: null,
    additional_rate_limits: additional.map(({id, name, windows: some}) => ({
      limit_name: name,
      metered_feature: id,
      rate_limit: toLimit(
        some,
        some.some(({usedPercent}) => usedPercent >= 100),
      ),
    })),
    credits: {...toCredits(state), overage_limit_reached: false},
    rate_limit_reached_type: isAllowed ? null : {type: 'rate_limit_reached', details: 'default'},
    promo: null,
  }
}

function toAdditionalFamily({id, name, windows}: PoolLimit, state: PoolState) {
  const family = id.toLowerCase().replaceAll('_', '-')
  // A name of the backend is no header before somebody has looked at it.
  if (!/^[\da-z-]+$/.test(family)) return {}
  const isPlain = /^[\x20-\x7E]+$/.test(name)
  return {...toFamily(family, windows, state), ...(isPlain && {[`x-${family}-limit-name`]: name})}
}

function toFamily(family: string, windows: readonly PoolWindow[], state: PoolState) {
  return {
    ...toWindowHeaders(`x-${family}-primary`, windows[0], state),
    ...toWindowHeaders(`x-${family}-secondary`, windows[1], state),
  }
}

/** A window that there is not is sent as zeros and an empty time. */
function toWindowHeaders(
  prefix: string,
  window: PoolWindow | undefined,
  state: PoolState,
): Record<string, string> {
  return {
    [`${prefix}-used-percent`]: String(window?.usedPercent ?? 0),
    [`${prefix}-window-minutes`]: String(window ? Math.round(window.windowSeconds / 60) : 0),
    [`${prefix}-reset-at`]: window ? String(toSeconds(window.resetsAtMs)) : '',
    [`${prefix}-reset-after-seconds`]: String(window ? toSecondsLeft(window, state) : 0),
  }
}

function toEventWindow(window: PoolWindow | undefined, state: PoolState): object | null {
  if (!window) return null
  return {
    used_percent: window.usedPercent,
    window_minutes: Math.round(window.windowSeconds / 60),
    reset_after_seconds: toSecondsLeft(window, state),
    reset_at: toSeconds(window.resetsAtMs),
  }
}

function toUsageWindow(window: PoolWindow | undefined, state: PoolState): object | null {
  if (!window) return null
  return {
    used_percent: window.usedPercent,
    limit_window_seconds: window.windowSeconds,
    reset_after_seconds: toSecondsLeft(window, state),
    reset_at: toSeconds(window.resetsAtMs),
  }
}

function toCredits({credits}: PoolState) {
  const {balance, unlimited = false} = credits ?? {}
  const text = balance === undefined ? null : String(balance)
  return {has_credits: credits !== undefined, unlimited, balance: text}
}

function toSecondsLeft({resetsAtMs}: PoolWindow, {nowMs}: PoolState): number {
  return Math.max(0, toSeconds(resetsAtMs - nowMs))
}

function toSeconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000)
}
