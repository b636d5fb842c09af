/**
 * The accounts, with all that is known about them, as the editor shows them.
 *
 * @module
 */
import type {AccountStore} from '../../../accounts/account.ts'
import {toAccountTitle} from '../../../accounts/account-title.ts'
import {
  describeState,
  describeWindows,
  type KnownAccount,
} from '../../../accounts/choice/describe-account.ts'
import {toTightestWindow} from '../../../accounts/usage/usage.ts'
import type {AccountMemory} from '../../../storage/account-memory.ts'
import {listKnownAccounts} from '../../../engine/known-accounts.ts'
import {WORDS} from '../explain-error.ts'

/** Where accounts and what is known about them are kept. */
export interface AccountListOptions {
  readonly store: AccountStore
  readonly memory: AccountMemory
}

/** Every account; the one that the user prefers comes first. */
export async function listAccounts({
  store,
  memory,
}: AccountListOptions): Promise<readonly KnownAccount[]> {
  const accounts = await listKnownAccounts({store, memory})
  const preferred = memory.preferences.preferredId()
  const isPreferred = ({account}: KnownAccount) => Number(account.id === preferred)
  return accounts.toSorted((one, other) => isPreferred(other) - isPreferred(one))
}

/** Who it is, how the login is, and what is left. */
export function describeAccount(known: KnownAccount): string {
  return listFacts(known).join('; ')
}

/** The same, one by one. */
export function listFacts(known: KnownAccount): readonly string[] {
  const state = describeState(known, WORDS.log_in_again)
  return [`${toAccountTitle(known.account)} ${state}`, ...describeWindows(known.usage)]
}

/** How much of the fullest limit is left, in percent; `undefined` when nothing is known. */
export function toPercentLeft({usage, rest}: KnownAccount): number | undefined {
  if (rest?.reason === 'usage_limit') return 0
  const window = usage && toTightestWindow(usage)
  return window && Math.round(100 - window.usedPercent)
}
