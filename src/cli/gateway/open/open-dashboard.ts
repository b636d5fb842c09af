/**
 * `cao gateway open`
 *
 * @module
 */
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'
import {findPlace, openBrowser} from '../../login/browser.ts'
import {findGateway} from '../state/find-gateway.ts'

/** Options of `cao gateway open`. */
export interface OpenOptions {
  readonly print?: boolean
}

/**
 * Opens the dashboard of the gateway that runs. The key stands behind the address, where it reaches no server.
 *
 * @throws {CommandError} None runs, or it does not answer.
 */
export async function openDashboard(cli: Cli, {print}: OpenOptions): Promise<void> {
  const found = await findGateway(cli)
  if (found.kind === 'none') {
    throw new CommandError('No gateway is running.', {hint: 'Start it with `cao gateway start`.'})
  }
  if (found.kind === 'silent') {
    throw new CommandError('A gateway is running, but does not answer.', {
      hint: '`cao gateway stop` ends it.',
    })
  }
  const {env, io} = cli
  const {operatorKey, url} = found.state
  const page = new URL('/dashboard/', url)
  const withKey = new URL(`#key=${operatorKey}`, page)
  const place = findPlace({env, platform: process.platform})
  const canOpen = place === 'desktop' || place === 'wsl' || Boolean(env['BROWSER'])
  if (print === true || !canOpen) {
    io.out(withKey.href)
    io.err('Whoever has this address can change how your accounts are used.')
    return
  }
  io.out(`Opening ${page.href}`)
  await openBrowser(withKey, {place, env})
}
