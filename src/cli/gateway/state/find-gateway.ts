/**
 * Finding the gateway that runs, and what a killed one has left behind.
 *
 * @module
 */
import type {JsonObject} from '../../../base/json-object.ts'
import type {Cli} from '../../cli.ts'
import {askGateway} from './ask-gateway.ts'
import {
  asOnlyGateway,
  readGatewayState,
  removeGatewayState,
  type GatewayState,
} from './gateway-state.ts'

/** What was found. */
export type FoundGateway =
  | {readonly kind: 'none'}
  | {readonly kind: 'running'; readonly state: GatewayState; readonly status: JsonObject}
  /** A process is the gateway, and does not answer. */
  | {readonly kind: 'silent'; readonly state: GatewayState | undefined}

/** Says which gateway runs. What is left of one that was killed is taken away. */
export async function findGateway({
  directories: {base},
  fetch,
}: Pick<Cli, 'directories' | 'fetch'>): Promise<FoundGateway> {
  const state = await readGatewayState(base)
  if (!state) return {kind: 'none'}
  const status = await askGateway(state, {path: '/gateway/status'}, fetch)
  if (status) return {kind: 'running', state, status}
  const isGone = await asOnlyGateway(base, async () => {
    await removeGatewayState(base)
    return true
  })
  return isGone ? {kind: 'none'} : {kind: 'silent', state: await readGatewayState(base)}
}
