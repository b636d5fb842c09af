/**
 * The product without a host, asking a simulator.
 *
 * @module
 */
import {toAccount, type Account, type AccountStore} from '../../../src/accounts/account.ts'
import type {EngineOptions} from '../../../src/engine/create-engine.ts'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import type {LoginKind} from '../../../src/oauth/token-set.ts'
import {createCodexFetch} from '../engine/create-codex-fetch.ts'
import {createTestEngine} from '../engine/create-test-engine.ts'

/** Where the simulator is, and whose accounts are used. */
export interface SimulatedBackendOptions extends Partial<
  Pick<EngineOptions, 'delay' | 'now' | 'userHome'>
> {
  readonly simulator: Pick<Simulator, 'appApiUrl' | 'backendUrl' | 'issuer'>
  readonly store: AccountStore
}

/** What came back: the text of the answer, or the sentence of the error. */
export interface Said {
  readonly status: number
  readonly text: string
}

/** Asks the simulator the way a host does. */
export function createSimulatedBackend({
  simulator: {appApiUrl, backendUrl, issuer},
  store,
  ...options
}: SimulatedBackendOptions): (prompt: string, fields?: object) => Promise<Said> {
  const env = {
    CODEX_AUTH_ISSUER_URL: issuer.href,
    CODEX_BACKEND_URL: backendUrl.href,
    CODEX_APP_API_URL: appApiUrl.href,
  }
  const engine = createTestEngine({
    now: Date.now,
    ...options,
    process: {arch: 'x64', platform: 'linux', env},
    fetch: globalThis.fetch,
    own: store,
  })
  // Without the reloads of models and usage that answers cause: the tests count what was asked.
  const loading = engine
    .openBackend()
    .then((backend) => createCodexFetch({...backend, onModelsEtag: ignore, onUsage: ignore}))
  return async (prompt, fields = {}) => {
    const codexFetch = await loading
    const response = await codexFetch(`${backendUrl.href}/responses`, {
      method: 'POST',
      body: JSON.stringify({model: 'gpt-5.5', input: [{role: 'user', content: prompt}], ...fields}),
    })
    return {status: response.status, text: await response.text()}
  }
}

function ignore(): void {}

/** Whose login it is, of which kind, and for how long it works. */
export interface IssueAccountOptions {
  readonly email?: string
  readonly expiresInSeconds?: number
  /** Default: `codex`. */
  readonly kind?: LoginKind
}

/** A login as it is stored when its access token still works for so long. */
export async function issueAccount(
  simulator: Simulator,
  {email, expiresInSeconds = 3600, kind = 'codex'}: IssueAccountOptions,
): Promise<Account> {
  // A token that expires at once would be too old for the simulator as well.
  const lifetime = {expiresInSeconds: Math.max(1, expiresInSeconds)}
  const app = kind === 'codex' ? undefined : await simulator.issueAppTokens(email, lifetime)
  const issued = app ?? (await simulator.issueTokens(email, lifetime))
  return toAccount({
    ...(app && {app: {clientId: app.client_id}}),
    accessToken: issued.access_token,
    refreshToken: issued.refresh_token,
    idToken: issued.id_token,
    expiresAtMs: Date.now() + expiresInSeconds * 1000,
  })
}
