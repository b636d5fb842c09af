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
import type {LoginDriver} from './login-driver.ts'

/** Creates the driver. Nobody is asked yet. */
export function createDeviceCodeDriver(request: Omit<DevicePollOptions, 'signal'>): LoginDriver {
  return {
    isSimulated: false,
    async logIn(_location, {onCode, signal}) {
      const login = await startDeviceLogin({...request, signal})
      const {expiresAtMs, url, userCode} = login
      onCode({userCode, verificationUrl: url.href, expiresAtMs})
      return {kind: 'tokens', tokens: await waitForDeviceTokens(login, {...request, signal})}
    },
  }
}
