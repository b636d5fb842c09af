/**
 * A login that only looks like one, for whoever builds a page and has no account at hand. It leaves nothing behind.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {DevicePollOptions} from '../../oauth/device-code.ts'
import type {LoginDriver} from './login-driver.ts'

/** No real code looks like this one. */
export const SIMULATED_CODE = 'SIMULATED-0000'

/** How long the simulation shows its code, in milliseconds. */
const SHOW_MS = 5000
const LIFETIME_MS = 15 * 60_000

/** The effects. */
export interface SimulatedDriverOptions extends Pick<DevicePollOptions, 'delay'> {
  readonly now: Clock
}

/** Creates the driver. */
export function createSimulatedDriver({delay, now}: SimulatedDriverOptions): LoginDriver {
  return {
    isSimulated: true,
    async logIn(_location, {onCode, signal}) {
      onCode({
        userCode: SIMULATED_CODE,
        verificationUrl: 'https://simulated.invalid/device',
        expiresAtMs: now() + LIFETIME_MS,
      })
      await delay(SHOW_MS, signal)
      return {kind: 'simulated'}
    },
  }
}
