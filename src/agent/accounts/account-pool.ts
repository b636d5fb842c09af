/**
 * The accounts of `cao`, for a group: which of them to try, and what became of it.
 *
 * @module
 */
import type {AccountDirectories} from '../../accounts/directories/account-directories.ts'
import type {AccountFolder} from '../../accounts/directories/base-folder.ts'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import {findDeadLogin} from '../../accounts/directories/codex/dead-login.ts'
import {toExhausted, toRefused, toSucceeded} from '../../accounts/directories/record-outcome.ts'
import {toStatusRest} from '../../accounts/directories/status-rest.ts'
import {toTokenHash} from '../../accounts/tokens/token-hash.ts'
import {StorageError} from '../../errors.ts'
import type {AgentError} from '../agent-error.ts'

/** How long an account rests that does not say until when, in milliseconds. */
const REST_MS = 15 * 60_000

/** An account that could answer. */
export interface PooledAccount {
  readonly name: string
  /** The folder of its login. */
  readonly home: string
  /** Until when it has no quota, as far as is known (milliseconds since the Unix epoch); 0 when it has. */
  readonly restsUntilMs: number
  readonly loginKind: 'api_key' | 'chatgpt'
}

/**
 * The accounts to try, best first: those that a group names in its order, else the default one, then as they were
 * added. Those that rest come last, the one that is back first before the others. Those without a login that works for the
 * official CLI are left out.
 *
 * @param names Default: all.
 * @throws {StorageError} The registry is there and cannot be read.
 */
export async function orderPool(
  directories: AccountDirectories,
  {names, nowMs}: {readonly names?: readonly string[] | undefined; readonly nowMs: number},
): Promise<readonly PooledAccount[]> {
  const folders = await directories.folders()
  const wanted = names
    ? names.flatMap((name) => folders.filter((folder) => folder.name === name))
    : folders.toSorted((one, other) => Number(other.isDefault) - Number(one.isDefault))
  const statusOf = await directories.statuses.read()
  const found = await Promise.all(
    wanted.map(async ({home, name}): Promise<PooledAccount | undefined> => {
      const login = await readLogin(home)
      const status = statusOf(name)
      if (login.kind !== 'chatgpt' && login.kind !== 'api_key') return undefined
      // The official CLI cannot use a login of "Sign in with ChatGPT"; the gateway can.
      if (login.kind === 'chatgpt' && login.account.tokens.app) return undefined
      const spent = login.kind === 'chatgpt' && status.loginRequired
      if (spent && spent.refreshTokenHash === toTokenHash(login.account.tokens.refreshToken)) {
        return undefined
      }
      const untilMs = toStatusRest(status)?.untilMs ?? 0
      return {name, home, loginKind: login.kind, restsUntilMs: untilMs > nowMs ? untilMs : 0}
    }),
  )
  return found
    .filter((account) => account !== undefined)
    .toSorted((one, other) => one.restsUntilMs - other.restsUntilMs)
}

/** Says to all programs that use the accounts what a run came to. A disk that is full does not end the run. */
export async function recordOutcome(
  directories: AccountDirectories,
  {home, name}: Pick<AccountFolder, 'home' | 'name'>,
  {error, nowMs}: {readonly error: AgentError | undefined; readonly nowMs: number},
): Promise<void> {
  const login = await readLogin(home)
  const refreshToken = login.kind === 'chatgpt' ? login.account.tokens.refreshToken : undefined
  try {
    await directories.changeStatus(name, (status) => {
      if (!error) return toSucceeded(nowMs)
      if (error.code === 'usage_limit') {
        // Without a time it would be asked again with every message, and the chat told of it again.
        return toExhausted(status, {nowMs, untilMs: error.untilMs ?? nowMs + REST_MS})
      }
      if (error.code !== 'auth_expired') return {}
      const reason = findDeadLogin(error.detail ?? '') ?? 'refused'
      return toRefused(status, {reason, refreshToken, nowMs})
    })
  } catch (failure) {
    if (!(failure instanceof StorageError)) throw failure
  }
}
