/**
 * Where the accounts are: in the editor, and in folders that other programs use as well.
 *
 * @module
 */
import path from 'node:path'
import type {AccountStore} from '../../accounts/account.ts'
import {createCombinedAccountStore} from '../../accounts/combined-account-store.ts'
import {
  createSharedAccountStore,
  type SharedAccountStore,
} from '../../accounts/shared-account-store.ts'
import type {Clock} from '../../http/fetch.ts'
import type {Log} from '../../http/log.ts'
import type {AccountMemory} from '../../storage/account-memory.ts'
import type {CodexSettings} from '../../storage/codex-settings.ts'
import {createSecretAccountStore} from '../../storage/secret-account-store.ts'
import {createWindowAccountStore, type WindowAccountStore} from './window-account-store.ts'

/** What {@link createAccountStores} needs from outside. */
export interface AccountStoresOptions extends Pick<CodexSettings, 'sharedAccounts'> {
  readonly secrets: Parameters<typeof createSecretAccountStore>[0]
  /** The extension's own folder. */
  readonly folder: string
  readonly memory: AccountMemory
  readonly now: Clock
  readonly log: Log
}

/** The stores. */
export interface AccountStores {
  /** All accounts, those of the editor first. */
  readonly store: AccountStore
  /** Those of the editor alone. */
  readonly own: WindowAccountStore
  /** Those that other programs use as well; empty without the setting. */
  readonly shared: SharedAccountStore
}

/** Creates the stores. Nothing is read yet. */
export function createAccountStores({
  secrets,
  folder,
  sharedAccounts,
  memory,
  now,
  log,
}: AccountStoresOptions): AccountStores {
  const own = createWindowAccountStore({
    open: () => createSecretAccountStore(secrets, {log}),
    folder,
  })
  const shared = createSharedAccountStore({
    folder: sharedAccounts,
    links: () => memory.links.list(),
    load: () => memory.load(),
    emptyFolder: path.join(folder, 'no-accounts'),
    now,
    log,
  })
  return {store: createCombinedAccountStore(own, shared), own, shared}
}
