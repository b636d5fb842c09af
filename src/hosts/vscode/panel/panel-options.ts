/**
 * What the lists about accounts work with.
 *
 * @module
 */
import type {AccountPool} from '../../../accounts/choice/account-pool.ts'
import type {SharedAccountStore} from '../../../accounts/shared/shared-account-store.ts'
import type {UsageTracking} from '../../../accounts/usage/usage-tracking.ts'
import type {AccountListOptions} from '../accounts/account-list.ts'
import type {LoginActions} from '../login/login-actions.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** The accounts, the editor's dialogs, and what can be done. */
export interface PanelOptions extends AccountListOptions {
  readonly api: Pick<VscodeApi, 'QuickPickItemKind' | 'commands' | 'window'>
  readonly pool: Pick<AccountPool, 'forgetConversations' | 'lastChoices'>
  readonly usage: Pick<UsageTracking, 'reload'>
  readonly loginActions: LoginActions
  /** Accounts that other programs use as well. */
  readonly shared: Pick<SharedAccountStore, 'update'>
  /** The folder of the official CLI. */
  readonly codexHome: string
}
