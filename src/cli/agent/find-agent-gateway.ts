/**
 * The gateway of the accounts of a group.
 *
 * @module
 */
import type {AgentGateway} from '../../agent/agent-options.ts'
import {StorageError} from '../../errors.ts'
import type {FetchFunction} from '../../http/fetch.ts'
import {askGateway} from '../gateway/state/ask-gateway.ts'
import {readGatewayState} from '../gateway/state/gateway-state.ts'

/**
 * Looks for it. In a container, that of the host is out of reach: nobody answers there.
 *
 * @param base The folder of the accounts.
 */
export async function findAgentGateway(
  base: string,
  fetch: FetchFunction,
): Promise<AgentGateway | undefined> {
  const state = await readGatewayState(base).catch((error: unknown) => {
    if (error instanceof StorageError) return undefined
    throw error
  })
  const status = state && (await askGateway(state, {path: '/gateway/status'}, fetch))
  return state && status && {origin: new URL(state.url).origin}
}
