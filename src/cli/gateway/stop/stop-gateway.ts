/**
 * `cao gateway stop`
 *
 * @module
 */
import {delay} from '../../../base/delay.ts'
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'
import {askGateway} from '../state/ask-gateway.ts'
import {findGateway} from '../state/find-gateway.ts'
import {asOnlyGateway, removeGatewayState, type GatewayState} from '../state/gateway-state.ts'
import {readProcessStart} from '../state/process-start.ts'

/** How long a gateway may take to end, in milliseconds: it sends the answers that are under way. */
const LONGEST_STOP_MS = 20_000

/** How long its process may take after that, and how soon to look again, in milliseconds. */
const LONGEST_EXIT_MS = 3000
const SOON_MS = 10

/** Between two looks whether it has ended, in milliseconds. */
const LOOK_EVERY_MS = 100

/**
 * Ends the gateway, and waits until it has. One that does not end by itself is killed, once it is known to be one:
 * a login that is being refreshed then is found by the next start.
 *
 * @throws {CommandError} It could not be ended.
 */
export async function stopGateway(cli: Cli): Promise<number> {
  const {fetch, io, now} = cli
  const found = await findGateway(cli)
  if (found.kind === 'none') {
    io.out('No gateway is running.')
    return leadCodexBack(cli)
  }
  const {state} = found
  if (found.kind === 'running')
    await askGateway(found.state, {path: '/gateway/stop', method: 'POST'}, fetch)
  const untilMs = now() + (found.kind === 'running' ? LONGEST_STOP_MS : 0)
  while (now() < untilMs) {
    if (await isGone(cli)) return report(cli, state)
    await delay(LOOK_EVERY_MS)
  }
  if (state && (await isSameProcess(state))) {
    process.kill(state.pid, 'SIGKILL')
    await delay(LOOK_EVERY_MS)
    if (await isGone(cli)) return report(cli, state)
  }
  throw new CommandError('The gateway did not end.', {
    hint: state ? `End process ${state.pid} by hand.` : 'Look for it among the processes.',
  })
}

async function report(cli: Cli, state: GatewayState | undefined): Promise<number> {
  // It gives the folder back a moment before its process ends.
  if (state) await untilEnded(state, cli.now() + LONGEST_EXIT_MS, cli)
  cli.io.out('Gateway stopped.')
  return leadCodexBack(cli)
}

async function untilEnded(
  state: GatewayState,
  untilMs: number,
  {now}: Pick<Cli, 'now'>,
): Promise<void> {
  while (now() < untilMs && (await isSameProcess(state))) await delay(SOON_MS)
}

/** A gateway that was killed could not do it. */
async function leadCodexBack(cli: Cli): Promise<number> {
  const {pauseRouting} = await import('../routing/enable-gateway.ts')
  return pauseRouting(cli)
}

/** The lock of its folder is free. What it left behind is taken away. */
async function isGone({directories: {base}}: Cli): Promise<boolean> {
  const isFree = await asOnlyGateway(base, async () => {
    await removeGatewayState(base)
    return true
  })
  return isFree === true
}

/** Its number may belong to another process by now. */
async function isSameProcess({pid, processStart}: GatewayState): Promise<boolean> {
  return processStart !== undefined && (await readProcessStart(pid)) === processStart
}
