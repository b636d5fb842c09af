/**
 * Logging in with a code that is typed on any device.
 *
 * @module
 */
import {delay} from '../../base/delay.ts'
import type {TokenRequestOptions} from '../../oauth/token-request.ts'
import {startDeviceLogin, waitForDeviceTokens} from '../../oauth/device-code.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import type {Cli} from '../cli.ts'

/** Shows the code, and waits until it was typed. */
export async function logInWithDevice({io}: Cli, request: TokenRequestOptions): Promise<TokenSet> {
  const login = await startDeviceLogin(request)
  io.out(`
1. Open this link in a browser, on any device, and log in:
   ${io.paint('cyan', login.url.href)}

2. Enter this code, within 15 minutes:
   ${io.paint('bold', login.userCode)}

Never enter a code that someone else sent you.
`)
  const done = io.showProgress('Waiting for the code…')
  try {
    return await waitForDeviceTokens(login, {...request, delay})
  } finally {
    done()
  }
}
