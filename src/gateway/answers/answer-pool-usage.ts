/**
 * `/wham/usage` of the official client, with the numbers of all accounts together.
 *
 * With those of one account alone, the client would say that little is left, or stop, while other accounts can answer.
 *
 * @module
 */
import {canAnswer, type Account} from '../../accounts/account.ts'
import {findBlock, type KnownAccount} from '../../accounts/choice/describe-account.ts'
import {CODEX_LIMIT, toUsageAt} from '../../accounts/usage/usage.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {listKnownAccounts} from '../../engine/known-accounts.ts'
import type {RequestHead} from '../exchange/exchange.ts'

/** A window of all accounts together. */
interface PoolWindow {
  readonly windowSeconds: number
  /** 0 to 100: the mean over the accounts. */
  readonly usedPercent: number
  /** When some of it is free again (milliseconds since the Unix epoch). */
  readonly resetsAtMs: number | undefined
}

/** Answers in the backend's form. */
export async function answerPoolUsage(
  {headers}: Pick<RequestHead, 'headers'>,
  engine: Pick<Engine, 'backend' | 'memory' | 'store'>,
): Promise<Response> {
  const nowMs = engine.backend.now()
  const known = await listKnownAccounts(engine)
  const own = known.find(({account}) => account.chatgptAccountId === headers['chatgpt-account-id'])
  const shown = (own ?? known[0])?.account
  const isAllowed = known.some((one) => findBlock(one, nowMs) === undefined)
  const [primary, secondary] = toPoolWindows(known, nowMs).map((window) => toWire(window, nowMs))
  return Response.json({
    ...toOwner(shown),
    rate_limit: {
      allowed: isAllowed,
      limit_reached: !isAllowed,
      primary_window: primary ?? null,
      secondary_window: secondary ?? null,
    },
    code_review_rate_limit: null,
    additional_rate_limits: [],
    credits: {has_credits: false, unlimited: false, overage_limit_reached: false, balance: null},
    rate_limit_reached_type: isAllowed ? null : {type: 'rate_limit_reached', details: 'default'},
    promo: null,
  })
}

function toOwner(account: Account | undefined): object {
  return {
    user_id: account?.id.split(':')[0] ?? '',
    account_id: account?.chatgptAccountId ?? '',
    email: account?.email ?? '',
    plan_type: account?.plan ?? 'unknown',
  }
}

/**
 * The windows, the shortest first. An account that cannot answer now counts as used up, in the windows that it has.
 */
export function toPoolWindows(
  known: readonly KnownAccount[],
  nowMs: number,
): readonly PoolWindow[] {
  const windows = known.flatMap((one) => {
    if (!one.usage) return []
    const isOut = !canAnswer(one.account, nowMs) || findBlock(one, nowMs) !== undefined
    return toUsageAt(one.usage, nowMs)
      .windows.filter(({limit, windowSeconds}) => limit === CODEX_LIMIT && windowSeconds > 0)
      .map((window) => ({...window, usedPercent: isOut ? 100 : window.usedPercent}))
  })
  const lengths = [...new Set(windows.map(({windowSeconds}) => windowSeconds))]
  return lengths
    .toSorted((one, other) => one - other)
    .map((windowSeconds) => {
      const same = windows.filter((window) => window.windowSeconds === windowSeconds)
      const used = same.reduce((sum, {usedPercent}) => sum + usedPercent, 0)
      const resets = same.flatMap(({resetsAtMs}) => resetsAtMs ?? [])
      return {
        windowSeconds,
        usedPercent: used / same.length,
        resetsAtMs: resets.length === 0 ? undefined : Math.min(...resets),
      }
    })
}

function toWire({resetsAtMs, usedPercent, windowSeconds}: PoolWindow, nowMs: number): object {
  const endsAtMs = resetsAtMs ?? nowMs + windowSeconds * 1000
  return {
    used_percent: Math.round(usedPercent),
    limit_window_seconds: windowSeconds,
    reset_after_seconds: Math.max(0, Math.round((endsAtMs - nowMs) / 1000)),
    reset_at: Math.round(endsAtMs / 1000),
  }
}
