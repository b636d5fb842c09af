/**
 * Which kind of login a browser is asked for, and as whom.
 *
 * @module
 */
import path from 'node:path'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import type {AppLogin} from '../../oauth/login.ts'
import {createFileStorage} from '../../storage/file-storage.ts'
import {toHostId} from '../../storage/installation-host-id.ts'
import {createInstallationSalt} from '../../storage/installation-salt.ts'
import type {Cli} from '../cli.ts'

/**
 * What an app says of itself: its installation, and the client id that it has for this account.
 *
 * @param home The folder of the account.
 */
export async function toAppLogin({directories, log}: Cli, home: string): Promise<AppLogin> {
  const storage = createFileStorage(path.join(directories.base, 'installation.memory'))
  const login = await readLogin(home)
  const account = login.kind === 'chatgpt' ? login.account : undefined
  return {
    hostId: toHostId(await createInstallationSalt({storage, log})()),
    clientId: account?.tokens.app?.clientId,
    loginHint: account?.tokens.app && account.email,
  }
}
