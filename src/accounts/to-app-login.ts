/**
 * Logging in by "Sign in with ChatGPT", for the first time or again.
 *
 * @module
 */
import type {AppLogin} from '../oauth/login.ts'
import type {Account} from './account.ts'

/**
 * What an app says of itself at a login. One that logs in again stays the same app: another registration would be another
 * account.
 *
 * @param hostId `urn:uuid:…` of this installation.
 * @param again The account that is to be logged in again. Default: whoever logs in.
 */
export function toAppLogin(hostId: string, again?: Account): AppLogin {
  const app = again?.tokens.app
  return {hostId, clientId: app?.clientId, loginHint: app && again.email}
}
