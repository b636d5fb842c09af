/**
 * The accounts that are the extension's alone, the same in all windows of the editor.
 *
 * @module
 */
import path from 'node:path'
import type * as vscode from 'vscode'
import {watchFolders} from '../../../files/watch-folders.ts'
import {createSecretAccountStore} from '../../../storage/secret-account-store.ts'
import {inBackground} from '../../../base/in-background.ts'
import {createSealedSecrets, type SealedSecretsOptions} from './sealed-secrets.ts'
import type {VscodeApi} from '../vscode-api.ts'
import {createWindowAccountStore, type WindowAccountStore} from './window-account-store.ts'

/** The file with the accounts, in the extension's own folder. */
const FILE = 'accounts.sealed'

/** Where the accounts are kept. */
export interface OwnAccountsOptions extends Omit<SealedSecretsOptions, 'file'> {
  /** The extension's own folder. */
  readonly folder: string
}

/** The accounts. */
export interface OwnAccounts {
  readonly store: WindowAccountStore
  /**
   * Takes notice of logins and logouts in other windows, at once or when this one is looked at. Never
   * rejects.
   *
   * @returns What ends it.
   */
  followOtherWindows(
    window: Pick<VscodeApi['window'], 'onDidChangeWindowState'>,
  ): Promise<readonly vscode.Disposable[]>
}

/** Creates the accounts. Nothing is read yet. */
export function createOwnAccounts({folder, ...options}: OwnAccountsOptions): OwnAccounts {
  const {log} = options
  const secrets = createSealedSecrets({...options, file: path.join(folder, FILE)})
  const openJournal = async (accountId: string) => {
    const {toLockName} = await import('./lock-name.ts')
    return secrets.openJournal(path.join(folder, `${toLockName(accountId)}.journal`))
  }
  const store = createWindowAccountStore({
    open: () => createSecretAccountStore(secrets, {log, openJournal}),
    folder,
  })
  const attempt = (task: () => Promise<void>) =>
    inBackground(task, log, 'Logins of other windows may not be seen')
  const refresh = () => void attempt(() => store.refresh())
  return {
    store,
    async followOtherWindows(window) {
      await attempt(() => secrets.prepare())
      const watch = watchFolders([FILE], refresh, {isOurs: true})
      watch.follow([folder])
      return [
        {dispose: () => watch.close()},
        window.onDidChangeWindowState(({focused}) => {
          if (focused) refresh()
        }),
      ]
    },
  }
}
