/**
 * Asking the backend what is left of each account's quota.
 *
 * @module
 */
import {createDirectoryAccountStore} from '../../accounts/directories/directory-account-store.ts'
import type {Account} from '../../accounts/account.ts'
import {toEndedRestChange} from '../../accounts/directories/status-rest.ts'
import {fetchUsage, type UsageAnswer} from '../../accounts/usage/fetch-usage.ts'
import type {UsageReading} from '../../accounts/usage/usage.ts'
import {CodexError, LoginRequiredError, StorageError} from '../../errors.ts'
import {someAtOnce} from '../../base/some-at-once.ts'
import type {Cli} from '../cli.ts'
import {createCodexAccess} from '../../engine/codex-access.ts'
import {readUsage, saveUsage} from './usage-file.ts'

/** How the accounts are asked about. */
export interface AskOptions {
  /** The longest to wait for all of them, in milliseconds. */
  readonly timeoutMs: number
  /** Whether expired tokens are refreshed. Not while the Codex CLI may do the same. */
  readonly mayRefresh: boolean
  /** Which accounts. Default all. */
  readonly isWanted?: (account: Account) => boolean
}

/** Why nothing is known about an account that was asked about. */
export interface UsageError {
  readonly message: string
  /** Whether the server rejects the login, although it is fresh. */
  readonly isRejected?: boolean
  /** The status of another answer than the one that was asked for. */
  readonly status?: number
}

/** Of which accounts nothing is known, by account id. */
export type UsageErrors = ReadonlyMap<string, UsageError>

/** How long a token must work to be used as it is, in milliseconds. */
const MARGIN_MS = 30_000

/**
 * Asks about the accounts, some at once, and keeps what was said.
 *
 * A refresh that takes longer than the wait goes on, and the process with it: the refresh token works once.
 */
export async function askUsage(
  cli: Cli,
  {timeoutMs, mayRefresh, isWanted = () => true}: AskOptions,
): Promise<UsageErrors> {
  const {directories, fetch, log, now, underWay} = cli
  const store = createDirectoryAccountStore({directories, log, now})
  const warn = (error: unknown) => {
    if (error instanceof StorageError) cli.warn(error.message)
    else if (!(error instanceof CodexError)) throw error
  }
  // A process that has just begun takes its time for its first answer, and a kill could come in between.
  const rehearse = async () => {
    const {rehearseCall} = await import('../../http/rehearse-call.ts')
    await rehearseCall(fetch)
  }
  const {arch, platform} = process
  const {accessTokens, url, userAgent} = createCodexAccess({
    process: {arch, platform, env: cli.env},
    store,
    fetch,
    now,
    rehearse,
    underWay,
    onFailure: warn,
  })
  const signal = AbortSignal.timeout(timeoutMs)
  const readings = new Map<string, UsageReading>()
  const errors = new Map<string, UsageError>()
  const fresh = {
    get: (id: string) => accessTokens.get(id, {signal}),
    renew: (id: string, rejected: string) => accessTokens.renew(id, rejected, {signal}),
  }
  const ask = async (account: Account): Promise<void> => {
    const {id, tokens: current} = account
    const isFresh = current.expiresAtMs > now() + MARGIN_MS
    if (!mayRefresh && !isFresh) return
    const stored = {get: async () => current.accessToken, renew: async () => current.accessToken}
    const tokens = mayRefresh ? fresh : stored
    try {
      signal.throwIfAborted()
      const asking = {url, accessTokens: tokens, userAgent, fetch, now, signal}
      const answer = await fetchUsage(account, asking)
      if (answer.kind === 'usage') readings.set(id, answer.reading)
      else errors.set(id, explainAnswer(answer, new URL(url).host))
    } catch (error) {
      if (error instanceof CodexError) warn(error)
      errors.set(id, {message: explain(error, signal)})
    }
  }
  const accounts = (await store.list()).filter(isTold)
  await someAtOnce(accounts.filter(isWanted), ask)
  store.close()
  await saveUsage(cli, readings).catch(warn)
  await endRests(cli, accounts).catch(warn)
  return errors
}

/** Whether somebody says how much it has used. Of the cap of an app, nobody does. */
function isTold({loginRequired, tokens}: Account): boolean {
  return !loginRequired && !tokens.app
}

/** Tells other programs, and the next start, of rests that are over before their time. */
async function endRests(cli: Cli, accounts: readonly Account[]): Promise<void> {
  const {statuses} = cli.directories
  const [folders, usages, statusOf] = await Promise.all([
    cli.directories.folders(),
    readUsage(cli),
    statuses.read(),
  ])
  for (const {home, name} of folders) {
    const usage = usages.get(accounts.find((account) => account.home === home)?.id ?? '')
    if (Object.keys(toEndedRestChange(statusOf(name), usage)).length === 0) continue
    await statuses.change(name, (status) => toEndedRestChange(status, usage))
  }
}

function explainAnswer(answer: Exclude<UsageAnswer, {kind: 'usage'}>, host: string): UsageError {
  if (answer.kind === 'rejected') return {message: `${host} rejects its login`, isRejected: true}
  const {status} = answer
  const fact = status === undefined ? `no answer from` : `HTTP ${status} from`
  return {message: `${fact} ${host}`, ...(status !== undefined && {status})}
}

function explain(error: unknown, signal: AbortSignal): string {
  if (error instanceof LoginRequiredError) return 'a new login is needed'
  if (error instanceof CodexError) return 'its tokens could not be refreshed now'
  if (signal.aborted) return 'there was no answer in time'
  throw error
}
