/**
 * Takes over what the earlier plugin of the same id left in the host's secret storage.
 *
 * @module
 */
import type {SecretStorage} from 'alma-plugin-api'
import type {Account, AccountStore} from '../../../accounts/account.ts'
import type {Log} from '../../../base/log.ts'
import {withStorageErrors} from '../../../storage/secret-storage.ts'

const ACCOUNTS_KEY = 'codex_accounts_v2'
const ACTIVE_KEY = 'codex_active_account'
const TOKENS_KEY = 'codex_tokens'

/** A verifier and a state of a login that was never finished; they are of no use any more. */
const LEFTOVER_KEYS = ['pending_verifier', 'pending_state']

/** What is left to do with an old value once everything in it is stored. */
interface Takeover {
  readonly accounts: readonly Account[]
  readonly cleanUp: () => Promise<void>
}

/**
 * Adds the earlier plugin's logins to the store, the active one first, and deletes the old values.
 * A login that is there already is not touched: it may have newer tokens. Old values go only when
 * everything in them is stored, so it can stop anywhere and be run again. What cannot be read stays
 * where it is.
 *
 * @throws {StorageError} The storage failed. Run it again at the next start.
 */
export async function migrateSecrets(
  hostSecrets: SecretStorage,
  store: AccountStore,
  log: Log,
): Promise<void> {
  const secrets = withStorageErrors(hostSecrets)
  const takeovers = [await readAccounts(secrets, log), await readTokens(secrets, log)]
  for (const account of takeovers.flatMap(({accounts}) => accounts)) {
    if (!(await store.get(account.id))) await store.add(account)
  }
  await Promise.all(takeovers.map(({cleanUp}) => cleanUp()))
  await Promise.all(LEFTOVER_KEYS.map((key) => secrets.delete(key)))
}

async function readAccounts(secrets: SecretStorage, log: Log): Promise<Takeover> {
  const value = await secrets.get(ACCOUNTS_KEY)
  const cleanUpActive = () => secrets.delete(ACTIVE_KEY)
  if (value === undefined) return {accounts: [], cleanUp: cleanUpActive}
  const {parseLegacyAccounts} = await import('./legacy-accounts.ts')
  const legacy = parseLegacyAccounts(value, await secrets.get(ACTIVE_KEY))
  if (!legacy) return leaveDamaged(ACCOUNTS_KEY, log)
  const {accounts, unreadable} = legacy
  const cleanUp = async () => {
    if (Object.keys(unreadable).length === 0) await secrets.delete(ACCOUNTS_KEY)
    // What is taken over must go, or an account would come back after the user has removed it.
    else if (accounts.length > 0) await secrets.set(ACCOUNTS_KEY, JSON.stringify(unreadable))
    await cleanUpActive()
  }
  if (Object.keys(unreadable).length > 0) warnOfDamage(ACCOUNTS_KEY, log)
  return {accounts, cleanUp}
}

async function readTokens(secrets: SecretStorage, log: Log): Promise<Takeover> {
  const value = await secrets.get(TOKENS_KEY)
  if (value === undefined) return {accounts: [], cleanUp: async () => {}}
  const {parseLegacyTokens} = await import('./legacy-accounts.ts')
  const account = parseLegacyTokens(value)
  if (!account) return leaveDamaged(TOKENS_KEY, log)
  return {accounts: [account], cleanUp: () => secrets.delete(TOKENS_KEY)}
}

function leaveDamaged(key: string, log: Log): Takeover {
  warnOfDamage(key, log)
  return {accounts: [], cleanUp: async () => {}}
}

function warnOfDamage(key: string, log: Log): void {
  log.warn('A login of the earlier version could not be read, and is left as it is', {key})
}
