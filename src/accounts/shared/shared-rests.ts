/**
 * Until when shared accounts have no quota, as the programs that use them tell each other.
 *
 * @module
 */
import {StorageError} from '../../errors.ts'
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import type {AccountStatus} from '../directories/account-status.ts'
import type {DirectoryLogin} from '../directories/directory-reader.ts'
import type {StatusFile} from '../directories/status-file.ts'
import {toRestChange, toStatusRest} from '../directories/status-rest.ts'
import type {AccountRests} from '../rests/account-rests.ts'
import type {UsageBook} from '../usage/usage-book.ts'

/** The rests of this process, the file of the others, and who is told. */
export interface SharedRestsOptions {
  readonly rests: Pick<AccountRests, 'get' | 'note' | 'release'>
  readonly usage: Pick<UsageBook, 'forget'>
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
  /** What was written that has not been read back yet: it is no news, though a rest may have ended meanwhile. */
  readonly #written = new Map<string, number>()

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
    const {now, rests} = this.#options
    const rest = rests.get(id)
    // The file has no words for other reasons, but other programs say what they mean with theirs.
    if (rest && rest.reason !== 'usage_limit' && rest.source !== 'file') return
    const ours = rest?.untilMs ?? 0
    const seen = this.#seen.get(name) ?? {told: 0, ours}
    const told = toTold(status, seen, now())
    const before = told === this.#written.get(name) ? {...seen, told} : seen
    if (told !== seen.told) this.#written.delete(name)
    const news = findNews({told, ours}, before)
    // First, because a change of ours comes back here.
    this.#seen.set(name, {told, ours: news === 'theirs' ? told : ours})
    const isNews = news === 'theirs' ? this.#takeOver(id, status, told) : news === 'ours'
    if (isNews) void this.#write(id, name)
  }

  /** @returns Whether what we have heard of the account since is newer than what the other program has. */
  #takeOver(id: string, status: AccountStatus, told: number): boolean {
    const {onLifted, rests, usage} = this.#options
    const rest = told > 0 && toStatusRest(status)
    if (rest) {
      rests.note(id, rest)
      return rests.get(id)?.untilMs !== told
    }
    rests.release(id)
    // It may say that the account is spent.
    usage.forget(id)
    onLifted()
    return false
  }

  async #write(id: string, name: string): Promise<void> {
    const {log, now, rests, statuses} = this.#options
    try {
      // As it is when the file is free: a rest may have ended since.
      await statuses.change(name, (status) => {
        const rest = rests.get(id)
        this.#written.set(name, rest?.untilMs ?? 0)
        return toRestChange(status, rest, now())
      })
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
