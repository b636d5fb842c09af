/**
 * Storing what a login has brought, and taking it away again, in each kind of place.
 *
 * @module
 */
import type {Account} from '../../accounts/account.ts'
import {toAccount} from '../../accounts/account.ts'
import type {AccountDirectories} from '../../accounts/directories/account-directories.ts'
import {parseAuthFile, type Login} from '../../accounts/directories/codex/auth-file.ts'
import {
  changeHome,
  lockHome,
  readLogin,
  removeLogin,
  renewLogin,
} from '../../accounts/directories/codex/codex-home.ts'
import type {DirectoryAccountStore} from '../../accounts/directories/directory-account-store.ts'
import {createPrivateFolder} from '../../files/private-folder.ts'
import {ConnectorError} from '../connector-error.ts'
import type {DriverResult} from '../drivers/login-driver.ts'

/** Stores and removes logins. */
export interface LoginKeeper {
  /**
   * @returns The id of the account; `undefined` where the official CLI has stored it itself.
   * @throws {StorageError} It could not be written; what was there is kept.
   */
  keep(result: DriverResult): Promise<string | undefined>
  /** @throws {StorageError} It could not be removed. */
  remove(account: Account): Promise<void>
  /** What there is beside accounts; never the login of an account. */
  other(): Promise<Login>
  /** Removes what {@link LoginKeeper.other} has found. */
  removeOther(): Promise<void>
}

/** Account folders, with one more for each account that is new. */
export function createFolderKeeper(
  directories: AccountDirectories,
  store: DirectoryAccountStore,
): LoginKeeper {
  return {
    async keep(result) {
      const account = readResult(result)
      if (!account) return undefined
      await store.add(account)
      if (result.kind === 'auth-file') {
        const home = await directories.addLogin(account)
        await writeText(home, result.text, directories)
      }
      return account.id
    },
    remove: ({id}) => store.remove(id),
    other: async () => ({kind: 'missing'}),
    removeOther: async () => {},
  }
}

/** One CODEX_HOME, which holds one login. */
export function createHomeKeeper(home: string, directories: AccountDirectories): LoginKeeper {
  const {writeOptions} = directories
  return {
    async keep(result) {
      const account = readResult(result)
      if (!account) return undefined
      await createPrivateFolder(home)
      if (result.kind === 'auth-file') await writeText(home, result.text, directories)
      else await renewLogin(home, account, writeOptions)
      return account.id
    },
    remove: () => removeLogin(home, writeOptions),
    other: () => readLogin(home),
    removeOther: () => removeLogin(home, writeOptions),
  }
}

/** @throws {ConnectorError} `parse_failed`: the CLI has left something else than the login of an account. */
function readResult(result: DriverResult): Account | undefined {
  if (result.kind === 'tokens') return toAccount(result.tokens)
  if (result.kind !== 'auth-file') return undefined
  const login = parseAuthFile(result.text)
  if (login.kind !== 'chatgpt') throw new ConnectorError('parse_failed')
  return login.account
}

/** Writes the file as the CLI has made it: it knows fields that we do not. */
async function writeText(
  home: string,
  text: string,
  {writeOptions}: AccountDirectories,
): Promise<void> {
  await lockHome(home, () => changeHome(home, () => text, writeOptions), writeOptions)
}
