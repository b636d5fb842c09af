/**
 * Which folder holds an account already.
 *
 * @module
 */
import type {AccountFolder} from '../../accounts/directories/base-folder.ts'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import type {Cli} from '../cli.ts'

/**
 * Finds the folder with the login of an account.
 *
 * @param id The account's id; `undefined` finds nothing.
 * @param isWanted Default: any folder will do.
 */
export async function findSameAccount(
  {directories}: Pick<Cli, 'directories'>,
  id: string | undefined,
  isWanted: (folder: AccountFolder) => boolean = () => true,
): Promise<AccountFolder | undefined> {
  const folders = (await directories.folders()).filter(isWanted)
  const logins = await Promise.all(folders.map(({home}) => readLogin(home)))
  return folders.find((_, index) => {
    const login = logins[index]
    return login?.kind === 'chatgpt' && login.account.id === id
  })
}
