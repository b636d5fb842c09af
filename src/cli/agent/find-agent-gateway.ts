/**
 * The gateway of the accounts of a group.
 *
 * @module
 */
import type {AgentGateway, GatewayAccount} from '../../agent/agent-options.ts'
import {toJsonObject, toList, toNumber, toText, type JsonObject} from '../../base/json-object.ts'
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
  if (!state) return undefined
  const ask = async () => {
    const status = await askGateway(state, {path: '/gateway/status'}, fetch)
    return status && toList(status['accounts']).map(toJsonObject).map(toAccount)
  }
  const accounts = await ask()
  return accounts && {origin: new URL(state.url).origin, accounts, ask}
}

function toAccount(file: JsonObject): GatewayAccount {
  return {
    name: toText(file['name']) ?? '',
    isReady: file['isReady'] === true,
    trouble: toTrouble(file['reason']),
    untilMs: toNumber(file['untilMs']),
  }
}

/** A ceiling is a limit as well, though one that the user has set. */
function toTrouble(reason: unknown): GatewayAccount['trouble'] {
  if (reason === 'login-required') return 'auth_expired'
  return reason === 'rests' || reason === 'above-ceiling' ? 'usage_limit' : undefined
}
