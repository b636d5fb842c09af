/**
 * What follows from a login, a logout and the end of a login.
 *
 * @module
 */
import type {AccountStore} from '../accounts/account.ts'
import type {UsageTracking} from '../accounts/usage/usage-tracking.ts'
import {inBackground} from '../base/in-background.ts'
import type {Log} from '../base/log.ts'
import type {LiveModels} from '../models/live-models.ts'

/** What knows of accounts. */
export interface AccountWatchOptions {
  readonly store: Pick<AccountStore, 'watch'>
  readonly liveModels: Pick<LiveModels, 'accountsChanged'>
  readonly usage: Pick<UsageTracking, 'accountsChanged'>
  readonly log: Log
}

/** Shows a change of accounts. What it returns is not waited for when another change comes. */
export type AccountsListener = () => unknown

/** Keeps up to date what is known of the accounts. */
export interface AccountWatch {
  /** @returns Ends it. */
  add(listener: AccountsListener): () => void
  close(): void
}

/** Begins at once. Models and usage are reloaded in the background; listeners are told when they know whose. */
export function createAccountWatch({
  store,
  liveModels,
  usage,
  log,
}: AccountWatchOptions): AccountWatch {
  const listeners = new Set<AccountsListener>()
  const show = (listener: AccountsListener) =>
    inBackground(listener, log, 'A change of accounts could not be shown')
  const unwatch = store.watch(async () => {
    await liveModels.accountsChanged()
    await Promise.all([...[...listeners].map(show), usage.accountsChanged()])
  })
  return {
    add(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: unwatch,
  }
}
