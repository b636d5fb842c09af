/**
 * Until when shared accounts have no quota, as the programs that use them tell each other.
 *
 * @module
 */
import {StorageError} from '../../errors.ts'
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import type {AccountLimits, AccountRest} from '../account-limits.ts'
import type {AccountStatus, AccountStatusChange} from '../directories/account-status.ts'
import {isOver} from '../directories/find-cooldown.ts'
import type {DirectoryLogin} from '../directories/directory-reader.ts'
import type {StatusFile} from '../directories/status-file.ts'
import type {UsageBook} from '../usage/usage-book.ts'

/** What {@link SharedRests} needs from outside. */
export interface SharedRestsOptions {
  readonly limits: Pick<AccountLimits, 'get' | 'park' | 'release'>
  readonly usage: Pick<UsageBook, 'forget' | 'get'>
  readonly statuses: Pick<StatusFile, 'change'>
  readonly now: Clock
  readonly log: Log
  /** Told when another program has ended a rest: what is left has to be asked for. */
  readonly onLifted: () => void
}

/** Until when an account rests (milliseconds since the Unix epoch); 0 when it does not. */
interface Seen {
  readonly told: number
  readonly ours: number
}

/**
 * Keeps the rests of this process and those in the status file alike: whichever of the two has changed since
 * they were compared last is the news. So a rest that another program ends does not take a newer one of ours
 * with it.
 */
export class SharedRests {
  readonly #options: SharedRestsOptions
  readonly #seen = new Map<string, Seen>()

  constructor(options: SharedRestsOptions) {
    this.#options = options
  }

  /** Takes over what is new; what is to be written is written in the background. */
  compare(logins: readonly DirectoryLogin[]): void {
    for (const {account, name, status} of logins) {
      if (name !== undefined && status) this.#compareOne(account.id, name, status)
    }
  }

  #compareOne(id: string, name: string, status: AccountStatus): void {
    const {limits, now, onLifted, usage} = this.#options
    const rest = limits.get(id)
    if (rest && rest.reason !== 'usage_limit') return
    const ours = rest?.untilMs ?? 0
    const before = this.#seen.get(name) ?? {told: 0, ours}
    const told = toTold(status, before, now())
    const news = findNews({told, ours}, before)
    // First, because a change of ours comes back here.
    this.#seen.set(name, {told, ours: news === 'theirs' ? told : ours})
    if (news === 'ours') void this.#write(id, name)
    if (news !== 'theirs') return
    if (told > 0) {
      // What we have heard of the account since is newer than what the other program has.
      if (isOver(status, usage.get(id))) void this.#write(id, name)
      else limits.park(id, told, {learnedAtMs: status.lastQuotaAtMs ?? 0, source: 'file'})
      return
    }
    limits.release(id)
    usage.forget(id)
    onLifted()
  }

  async #write(id: string, name: string): Promise<void> {
    const {limits, log, now, statuses} = this.#options
    try {
      // As it is when the file is free: a rest may have ended since.
      await statuses.change(name, (status) => toChange(status, limits.get(id), now()))
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      log.warn(`Other programs were not told of a limit: ${error.message}`)
    }
  }
}

/** What the file says; the same as before where it says nothing at all any more, for it may be damaged. */
function toTold({cooldownUntilMs, lastQuotaAtMs}: AccountStatus, {told}: Seen, nowMs: number) {
  if (cooldownUntilMs === undefined) return lastQuotaAtMs === undefined ? told : 0
  return cooldownUntilMs > nowMs ? cooldownUntilMs : 0
}

/** Whose change is to be taken over. */
function findNews({told, ours}: Seen, before: Seen): 'ours' | 'theirs' | undefined {
  if (told === before.told) return ours === before.ours ? undefined : 'ours'
  // Where a rest is over, one of ours that is newer goes on.
  const isTaken = told > 0 ? told !== ours : ours === before.told
  return isTaken ? 'theirs' : undefined
}

/** In the words of the command line's status file. */
function toChange(
  {consecutiveFailures = 0, cooldownUntilMs, lastError}: AccountStatus,
  rest: AccountRest | undefined,
  nowMs: number,
): AccountStatusChange {
  if (cooldownUntilMs === rest?.untilMs) return {}
  const limited = 'usage_limit_reached'
  if (rest) {
    const failures = {consecutiveFailures: consecutiveFailures + 1, lastError: limited}
    return {lastQuotaAtMs: nowMs, cooldownUntilMs: rest.untilMs, ...failures}
  }
  const isLimited = lastError === limited
  return {cooldownUntilMs: null, ...(isLimited && {lastError: null, consecutiveFailures: null})}
}
