/**
 * Which kind of login a browser is asked for, and as whom.
 *
 * @module
 */
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import type {AppLogin} from '../../oauth/login.ts'
import type {Cli} from '../cli.ts'
import {readHostId} from './read-host-id.ts'

/**
 * What an app says of itself: its installation, and the client id that it has for this account.
 *
 * @param home The folder of the account.
 */
export async function toAppLogin({directories, log}: Cli, home: string): Promise<AppLogin> {
  const login = await readLogin(home)
  const account = login.kind === 'chatgpt' ? login.account : undefined
  return {
    hostId: await readHostId({base: directories.base, log}),
    clientId: account?.tokens.app?.clientId,
    loginHint: account?.tokens.app && account.email,
  }
}
