/**
 * Taking back what was interrupted, before anything else is done.
 *
 * @module
 */
import path from 'node:path'
import {hasErrorCode} from '../../../files/storage-failure.ts'
import {readText} from '../../../files/read-file.ts'
import {
  parseRoutingState,
  ROUTING_FILE,
  type RoutingState,
} from '../../../gateway/codex-config/routing-file.ts'
import type {Cli} from '../../cli.ts'
import {readGatewayState} from '../state/gateway-state.ts'
import {readProcessStart} from '../state/process-start.ts'

/**
 * Takes back a change of Codex's settings that was interrupted, and leads Codex away from a gateway that was killed. Costs
 * a look at one file.
 */
export async function repairInterrupted(cli: Cli): Promise<void> {
  const {base} = cli.directories
  const state = await readRouted(base)
  if (state === 'changing') {
    const {repairRouting} = await import('./enable-gateway.ts')
    await repairRouting(cli)
  }
  if (state === 'routed' && (await isKilled(base))) {
    const {pauseRouting} = await import('./enable-gateway.ts')
    await pauseRouting(cli)
  }
}

/** What was last done to Codex's settings; `undefined` where nothing was. Never rejects. */
export async function readRouted(base: string): Promise<RoutingState['state'] | undefined> {
  const text = await readText(path.join(base, ROUTING_FILE)).catch(() => undefined)
  return parseRoutingState(text ?? '')?.state
}

/** A gateway that was told to stop leaves nothing behind. */
async function isKilled(base: string): Promise<boolean> {
  const state = await readGatewayState(base).catch(() => undefined)
  if (!state) return false
  const {processStart} = state
  if (processStart !== undefined) return (await readProcessStart(state.pid)) !== processStart
  try {
    process.kill(state.pid, 0)
    return false
  } catch (error) {
    return hasErrorCode(error, 'ESRCH')
  }
}
