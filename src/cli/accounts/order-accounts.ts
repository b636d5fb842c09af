/**
 * Which account the Codex CLI is run with first.
 *
 * @module
 */
import type {AccountFolder} from '../../accounts/directories/base-folder.ts'
import type {AccountStatus} from '../../accounts/directories/account-status.ts'
import {toStatusRest} from '../../accounts/directories/status-rest.ts'
import {findRest, type Rest} from '../../accounts/rests/rest.ts'
import {usesCredits, type Usage} from '../../accounts/usage/usage.ts'
import {StorageError} from '../../errors.ts'
import type {Cli} from '../cli.ts'
import {describeUnusable, readCredentials, readLoginState, type Credentials} from './credentials.ts'
import {readUsage} from './usage-file.ts'
import {nameMode} from '../codex/codex-settings.ts'

/** The longest that the start waits for the backend, in milliseconds. */
const ASK_TIMEOUT_MS = 1500

/** For how long what the backend said is good enough to choose by, in milliseconds. */
const FRESH_MS = 60_000

/** How long an account counts as spent that was out of quota, where nobody said until when, in milliseconds. */
const SPENT_MS = 15 * 60_000

/** How {@link orderAccounts} goes about it. */
export interface OrderOptions {
  readonly isOffline: boolean
  /** Takes a sentence about an account that is not tried, because another one has a better login. */
  readonly onLeftOut: (sentence: string) => void
  /** Takes a sentence about an account that is tried, although Codex cannot use its login. */
  readonly onUnusable: (sentence: string) => void
}

/** The login of a folder, once its file says which kind it is. */
async function readNamed(cli: Cli, home: string): Promise<Credentials> {
  try {
    await nameMode(home, cli.directories.writeOptions)
  } catch (error) {
    // What cannot be read or written is told of by its credentials.
    if (!(error instanceof StorageError)) throw error
  }
  return readCredentials(home)
}

/**
 * The accounts in the order to try them: the default first, then as they were added. Those that would use credits
 * come after those with free quota, and those that rest come last, the one that is back first before the others. One
 * without a login is left out while another has one.
 */
export async function orderAccounts(
  cli: Cli,
  folders: readonly AccountFolder[],
  options: OrderOptions,
): Promise<readonly AccountFolder[]> {
  const inOrder = folders.toSorted((one, other) => Number(other.isDefault) - Number(one.isDefault))
  const nowMs = cli.now()
  const best = await findBest(cli, inOrder, options)
  if (inOrder.length < 2) return inOrder
  const usages = await readFreshUsage(cli, options.isOffline)
  const statusOf = await cli.directories.statuses.read()
  const candidates = best.map(({folder, credentials}) => {
    const {login} = credentials
    const usage = login.kind === 'chatgpt' ? usages.get(login.account.id) : undefined
    const status = statusOf(folder.name)
    const noted = toStatusRest(status) ?? guessRest(status, usage)
    const rest = findRest(noted, {usage, answeredAtMs: status.lastSuccessAtMs ?? 0, nowMs})
    const isEnded = readLoginState(credentials, {status, nowMs}).state === 'login-needed'
    const restsUntilMs = isEnded ? Infinity : (rest?.untilMs ?? 0)
    return {folder, restsUntilMs, isPaying: usesCredits(usage)}
  })
  return candidates
    .toSorted(
      (one, other) =>
        compare(one.restsUntilMs, other.restsUntilMs) ||
        Number(one.isPaying) - Number(other.isPaying),
    )
    .map(({folder}) => folder)
}

interface Found {
  readonly folder: AccountFolder
  readonly credentials: Credentials
}

/** Those with a login that Codex can use; without any, those with a login; without any, all. */
async function findBest(
  cli: Cli,
  folders: readonly AccountFolder[],
  {onLeftOut, onUnusable}: OrderOptions,
): Promise<readonly Found[]> {
  const logins = await Promise.all(folders.map(({home}) => readNamed(cli, home)))
  const found = folders.map((folder, index) => {
    const credentials = logins[index]!
    return {folder, credentials, reason: describeUnusable(credentials, cli.now())}
  })
  const withLogin = found.filter(({credentials: {login}}) => login.kind !== 'missing')
  const usable = withLogin.filter(({reason}) => reason === undefined)
  for (const {folder, reason} of withLogin) {
    const {name} = folder
    if (reason === undefined) continue
    if (usable.length > 0) onLeftOut(`${name} is left out: ${reason}.`)
    else onUnusable(`Codex cannot use the login of ${name}: ${reason}. Run \`cao add ${name}\`.`)
  }
  const [best = found] = [usable, withLogin].filter(({length}) => length > 0)
  return best
}

function compare(one: number, other: number): number {
  return one === other ? 0 : one - other
}

/** An account that was out of quota last, where nobody said until when. What the backend said since is better. */
function guessRest(
  {lastQuotaAtMs: learnedAtMs = 0, lastSuccessAtMs = 0}: AccountStatus,
  usage: Usage | undefined,
): Rest | undefined {
  if (learnedAtMs <= Math.max(lastSuccessAtMs, usage ? usage.takenAtMs - 1 : 0)) return undefined
  const untilMs = learnedAtMs + SPENT_MS
  return {reason: 'usage_limit', source: 'file', untilMs, learnedAtMs, refusals: 1}
}

async function readFreshUsage(
  cli: Cli,
  isOffline: boolean,
): Promise<Awaited<ReturnType<typeof readUsage>>> {
  const known = await readUsage(cli)
  if (isOffline) return known
  const {askUsage} = await import('./ask-usage.ts')
  const isWanted = ({id}: {readonly id: string}) =>
    cli.now() - (known.get(id)?.takenAtMs ?? -Infinity) > FRESH_MS
  await askUsage(cli, {timeoutMs: ASK_TIMEOUT_MS, mayRefresh: false, isWanted})
  return readUsage(cli)
}
