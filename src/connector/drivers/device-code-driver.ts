/**
 * Logging in with our own client: no other program is needed.
 *
 * @module
 */
import {
  startDeviceLogin,
  waitForDeviceTokens,
  type DevicePollOptions,
} from '../../oauth/device-code.ts'
import {ConnectorError} from '../connector-error.ts'
import {findCredentialStore} from './codex-cli/stage.ts'
import type {LoginDriver} from './login-driver.ts'

/** Creates the driver. Nobody is asked yet. */
export function createDeviceCodeDriver(request: Omit<DevicePollOptions, 'signal'>): LoginDriver {
  return {
    isSimulated: false,
    async logIn({folder, kind}, {onCode, signal}) {
      const store = kind === 'codex-home' ? await findCredentialStore(folder) : 'file'
      // The official CLI would not look for it in a file.
      if (store !== 'file' && store !== 'auto') throw new ConnectorError('credential_store')
      const login = await startDeviceLogin({...request, signal})
      const {expiresAtMs, url, userCode} = login
      onCode({userCode, verificationUrl: url.href, expiresAtMs})
      return {kind: 'tokens', tokens: await waitForDeviceTokens(login, {...request, signal})}
    },
  }
}
