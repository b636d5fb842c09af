import {AccessTokens} from '../../../src/accounts/tokens/access-token.ts'
import {createAccountRests} from '../../../src/accounts/rests/account-rests.ts'
import {createAccountPool} from '../../../src/accounts/choice/account-pool.ts'
import type {Account} from '../../../src/accounts/account.ts'
import type {FetchFunction} from '../../../src/http/fetch.ts'
import type {Backend} from '../../../src/responses/backend.ts'
import {createTurnStates} from '../../../src/responses/turn-states.ts'
import {createItemMemory} from '../../../src/responses/request/memory/item-memory.ts'
import {createMemoryAccountStore} from '../memory/memory-account-store.ts'
import {createMemoryLog} from '../memory/memory-log.ts'

/** What `now` says in a test. */
export const NOW_MS = Date.UTC(2026, 10, 20, 12)

function now(): number {
  return NOW_MS
}

/** A login that works for another hour. */
export const ACCOUNT: Account = {
  id: 'user-1:account-1',
  chatgptAccountId: 'account-1',
  email: 'ada@example.com',
  plan: 'plus',
  tokens: {accessToken: 'at-1', refreshToken: 'rt-1', expiresAtMs: NOW_MS + 3_600_000},
}

/**
 * The backend as the rooms below the engine see it. It is not the engine's: that one also asks for models and usage in
 * the background, with the `fetch` whose requests the test counts.
 */
export function createBackend(
  fetch: FetchFunction,
  accounts: readonly Account[] = [ACCOUNT],
): Backend & {readonly lines: readonly string[]} {
  const {log, lines} = createMemoryLog()
  const store = createMemoryAccountStore(...accounts)
  const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
  return {
    url: 'https://backend.example/backend-api',
    pool: createAccountPool({store, rests: createAccountRests({now}), now}),
    accessTokens: new AccessTokens(store, {server, fetch, now}),
    items: createItemMemory(),
    turnStates: createTurnStates(),
    fetch,
    now,
    delay: async () => {},
    random: () => 0.5,
    log,
    lines,
    userAgent: 'codex_cli_rs/0.0.0 (test)',
    preferences: () => ({reasoningSummary: 'auto'}),
  }
}
