/**
 * What the commands about accounts work with.
 *
 * @module
 */
import type {AccountPool} from '../../../accounts/choice/account-pool.ts'
import type {AccountStore} from '../../../accounts/account.ts'
import {
  describeState,
  describeWindows,
  type KnownAccount,
} from '../../../accounts/choice/describe-account.ts'
import type {AccountMemory} from '../../../storage/account-memory.ts'
import type {UsageTracking} from '../../../accounts/usage/usage-tracking.ts'
import {WORDS} from '../explain-error.ts'
import type {AlmaUi} from '../alma-api.ts'
import type {SharedAccountStore} from '../../../accounts/shared/shared-account-store.ts'
import type {LoginActions} from '../login/login-actions.ts'

/** The accounts and the dialogs that the commands work with. */
export interface AccountActionOptions {
  readonly ui: AlmaUi
  readonly store: AccountStore
  readonly memory: AccountMemory
  readonly pool: AccountPool
  readonly loginActions: LoginActions
  readonly usage: Pick<UsageTracking, 'reload'>
  /** Those of `store` that other programs use as well. */
  readonly shared: SharedAccountStore
  /** The folder of the official CLI. */
  readonly codexHome: string
}

/** The line that a list shows below the name of an account. */
export function toDetail(known: KnownAccount): string {
  return [describeState(known, WORDS.log_in_again), ...describeWindows(known.usage)].join(' · ')
}
