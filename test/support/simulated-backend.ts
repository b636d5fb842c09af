/**
 * The product without a host, asking a simulator.
 *
 * @module
 */
import {AccessTokens, type AccessTokensOptions} from '../../src/accounts/tokens/access-token.ts'
import {createAccountRests} from '../../src/accounts/rests/account-rests.ts'
import {createAccountPool} from '../../src/accounts/choice/account-pool.ts'
import {toAccount, type Account, type AccountStore} from '../../src/accounts/account.ts'
import {CODEX_CLIENT_ID} from '../../src/codex/endpoints.ts'
import {createCodexFetch} from '../../src/responses/handle-request.ts'
import {createItemMemory} from '../../src/responses/request/items/item-memory.ts'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import {createMemoryLog} from './memory-log.ts'

/** Where the simulator is, and whose accounts are used. */
export interface SimulatedBackendOptions extends Partial<
  Pick<AccessTokensOptions, 'delay' | 'findRotation' | 'now'>
> {
  readonly simulator: Pick<Simulator, 'backendUrl' | 'issuer'>
  readonly store: AccountStore
}

/** What came back: the text of the answer, or the sentence of the error. */
export interface Said {
  readonly status: number
  readonly text: string
}

/** Asks the simulator the way a host does. */
export function createSimulatedBackend({
  simulator,
  store,
  now = Date.now,
  ...options
}: SimulatedBackendOptions): (prompt: string) => Promise<Said> {
  const {fetch} = globalThis
  const server = {issuer: simulator.issuer, clientId: CODEX_CLIENT_ID}
  const codexFetch = createCodexFetch({
    url: simulator.backendUrl.href,
    pool: createAccountPool({store, rests: createAccountRests({now}), now}),
    accessTokens: new AccessTokens(store, {server, fetch, now, ...options}),
    items: createItemMemory(),
    fetch,
    now,
    delay: async () => {},
    random: () => 0.5,
    log: createMemoryLog().log,
    userAgent: 'codex_cli_rs/0.0.0 (test)',
    preferences: () => ({reasoningSummary: 'auto'}),
  })
  return async (prompt) => {
    const response = await codexFetch(`${simulator.backendUrl.href}/responses`, {
      method: 'POST',
      body: JSON.stringify({model: 'gpt-5.5', input: [{role: 'user', content: prompt}]}),
    })
    return {status: response.status, text: await response.text()}
  }
}

/** A login as it is stored when its access token still works for so long. */
export async function issueAccount(
  simulator: Simulator,
  {email, expiresInSeconds = 3600}: {readonly email?: string; readonly expiresInSeconds?: number},
): Promise<Account> {
  // A token that expires at once would be too old for the simulator as well.
  const issued = await simulator.issueTokens(email, {
    expiresInSeconds: Math.max(1, expiresInSeconds),
  })
  return toAccount({
    accessToken: issued.access_token,
    refreshToken: issued.refresh_token,
    idToken: issued.id_token,
    expiresAtMs: Date.now() + expiresInSeconds * 1000,
  })
}
