/**
 * The check of clients over the accounts of an engine and the keys of its folder.
 *
 * @module
 */
import {fetchUsage} from '../../accounts/usage/fetch-usage.ts'
import type {Account} from '../../accounts/account.ts'
import type {Log} from '../../base/log.ts'
import type {Engine} from '../../engine/create-engine.ts'
import type {CheckClient} from '../exchange/exchange.ts'
import {AccountLogins} from './account-logins.ts'
import {createClientCheck} from './check-client.ts'
import type {KeyFile} from './key-file.ts'
import {openKeyRing, type KeyRing} from './key-ring.ts'

/** What clients are checked against. */
export interface OpenClientCheckOptions {
  readonly engine: Pick<Engine, 'backend' | 'store'>
  readonly file: KeyFile
  /** The folder of the file. */
  readonly base: string
  readonly log: Log
}

/** The check, as long as the gateway runs. */
export interface OpenClientCheck {
  readonly checkClient: CheckClient
  /** The keys alone, for what wants one even where clients need none. */
  readonly keys: Pick<KeyRing, 'find'>
  /** Keeps when keys were last used. Never rejects. */
  close(): Promise<void>
}

/** How long the backend may take to say whether a login works, in milliseconds. */
const TIMEOUT_MS = 10_000

/** Opens the check. */
export function openClientCheck({
  base,
  engine,
  file,
  log,
}: OpenClientCheckOptions): OpenClientCheck {
  const {backend, store} = engine
  const {now} = backend
  const keys = openKeyRing({base, file, log, now})
  const askWhetherItWorks = (account: Account, accessToken: string) =>
    askBackend(account, accessToken, backend)
  const logins = new AccountLogins({listAccounts: () => store.list(), askWhetherItWorks, now})
  return {checkClient: createClientCheck({keys, logins, now}), keys, close: () => keys.close()}
}

/** Asks for its usage, which costs nothing, and is told only to who has the login. */
async function askBackend(
  account: Account,
  accessToken: string,
  {fetch, now, url, userAgent}: Pick<Engine['backend'], 'fetch' | 'now' | 'url' | 'userAgent'>,
): Promise<boolean | undefined> {
  // The login of the client is its own to refresh.
  const accessTokens = {get: async () => accessToken, renew: async () => accessToken}
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const {kind} = await fetchUsage(account, {accessTokens, fetch, now, signal, url, userAgent})
    return kind === 'usage' ? true : kind === 'rejected' ? false : undefined
  } catch {
    // Nobody can say, so the request is not answered. It would not be answered without the backend, either.
    return undefined
  }
}
