/**
 * Logging in with a code that is typed on any device.
 *
 * @module
 */
import {startDeviceLogin, waitForDeviceTokens} from '../../oauth/device-code.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import type {LoginCall} from './page-login.ts'

/**
 * Shows the code, and waits until it was typed.
 *
 * @throws {CodexError} It did not work.
 * @throws The signal's reason, when it is aborted.
 */
export async function logInWithCode({request, show}: LoginCall): Promise<TokenSet> {
  const login = await startDeviceLogin(request)
  const {expiresAtMs, url, userCode} = login
  show({url: url.href, userCode, expiresAtMs})
  return waitForDeviceTokens(login, request)
}
