/**
 * Whether the server knows a login, and what is left of its limits.
 *
 * @module
 */
import type {Account} from '../../accounts/account.ts'
import {fetchUsage, type FetchUsageOptions} from '../../accounts/usage/fetch-usage.ts'
import {
  CODEX_LIMIT,
  toUsageAt,
  toWindowLabel,
  type UsageReading,
} from '../../accounts/usage/usage.ts'
import {CodexError, LoginRequiredError} from '../../errors.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {WindowLeft} from './account-place.ts'

/** How long an answer is good, in milliseconds. */
const FRESH_MS = 60_000

/** The longest that the server is waited for, in milliseconds. */
const TIMEOUT_MS = 8000

/** What the server has said of a login. */
export interface Verdict {
  /** Only a new login helps. */
  readonly isRejected: boolean
  readonly plan?: string
  /** Absent where it was not asked for them. */
  readonly windows?: readonly WindowLeft[]
}

/** Remembers what the server has said. */
export interface Verifier {
  /** Asks, unless the answer is fresh. `undefined`: there was no answer. */
  ask(account: Account, signal?: AbortSignal): Promise<Verdict | undefined>
  /** What is known without asking. */
  last(account: Account): Verdict | undefined
  /** The server has just given tokens for it. */
  confirm(account: Account): void
  forget(accountId: string): void
}

interface Known {
  readonly verdict: Verdict
  /** What it was said of: another login of the account starts anew. */
  readonly refreshToken: string
  readonly askedAtMs: number
}

/** Creates a verifier that has asked nothing yet. */
export function createVerifier(options: Omit<FetchUsageOptions, 'signal'>): Verifier {
  const {now} = options
  const known = new Map<string, Known>()

  function find({id, tokens}: Account): Known | undefined {
    const entry = known.get(id)
    return entry?.refreshToken === tokens.refreshToken ? entry : undefined
  }

  function note({id, tokens}: Account, verdict: Verdict, askedAtMs: number): Verdict {
    known.set(id, {verdict, refreshToken: tokens.refreshToken, askedAtMs})
    return verdict
  }

  return {
    last: (account) => find(account)?.verdict,
    confirm: (account) => void note(account, {isRejected: false}, -Infinity),
    forget: (accountId) => void known.delete(accountId),
    async ask(account, signal) {
      const last = find(account)
      if (last && Math.abs(now() - last.askedAtMs) < FRESH_MS) return last.verdict
      const timeout = AbortSignal.timeout(TIMEOUT_MS)
      const wait = {signal: signal ? AbortSignal.any([signal, timeout]) : timeout}
      try {
        const answer = await fetchUsage(account, {...options, ...wait})
        if (answer.kind === 'failed') return last?.verdict
        if (answer.kind === 'rejected') return note(account, {isRejected: true}, now())
        return note(account, toVerdict(answer.reading, now()), now())
      } catch (error) {
        if (error instanceof LoginRequiredError) return note(account, {isRejected: true}, now())
        if (error instanceof CodexError || wait.signal.aborted) return last?.verdict
        throw error
      }
    },
  }
}

function toVerdict(reading: UsageReading, nowMs: number): Verdict {
  const {windows} = toUsageAt({windows: reading.windows, takenAtMs: reading.takenAtMs}, nowMs)
  const left = windows
    .filter(({limit}) => limit === CODEX_LIMIT)
    .map(({resetsAtMs, usedPercent, windowSeconds}) =>
      withoutUndefined({
        window: toWindowLabel(windowSeconds),
        leftPercent: Math.round(100 - usedPercent),
        resetsAtMs,
      }),
    )
  return withoutUndefined({isRejected: false, plan: reading.plan, windows: left})
}
