import {AccessTokens} from '../../src/accounts/access-token.ts'
import type {Account} from '../../src/accounts/account.ts'
import {createSecretAccountStore} from '../../src/hosts/alma/secret-account-store.ts'
import type {FetchFunction} from '../../src/http/fetch.ts'
import type {Log} from '../../src/http/log.ts'
import type {Backend} from '../../src/responses/backend.ts'
import {createItemMemory} from '../../src/responses/item-memory.ts'

/** What `now` says in a test. */
export const NOW_MS = Date.UTC(2026, 10, 20, 12)

/** A login that works for another hour. */
export const ACCOUNT: Account = {
  id: 'user-1:account-1',
  chatgptAccountId: 'account-1',
  email: 'ada@example.com',
  plan: 'plus',
  tokens: {accessToken: 'at-1', refreshToken: 'rt-1', expiresAtMs: NOW_MS + 3_600_000},
}

/** The backend as the plugin sees it, on stores and rooms of its own. */
export async function createBackend(
  fetch: FetchFunction,
  accounts: readonly Account[] = [ACCOUNT],
): Promise<Backend & {readonly lines: string[]}> {
  const lines: string[] = []
  const line: Log['info'] = (message, fields) => {
    lines.push(fields ? `${message} ${JSON.stringify(fields)}` : message)
  }
  const log = {debug: line, info: line, warn: line, error: line}
  const secrets = new Map<string, string>()
  const store = createSecretAccountStore(
    {
      get: async (key) => secrets.get(key),
      set: async (key, value) => void secrets.set(key, value),
      delete: async (key) => void secrets.delete(key),
    },
    {log},
  )
  for (const account of accounts) await store.add(account)
  const now = () => NOW_MS
  const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
  return {
    url: 'https://backend.example/backend-api',
    store,
    accessTokens: new AccessTokens(store, {server, fetch, now}),
    items: createItemMemory(),
    fetch,
    now,
    log,
    lines,
    userAgent: 'codex_cli_rs/0.0.0 (test)',
    preferences: () => ({reasoningSummary: 'auto'}),
  }
}
