/**
 * All that is known about an account, as `cao status --json` prints it.
 *
 * @module
 */
import type {LoginRequired} from '../../accounts/account.ts'
import type {AccountFolder} from '../../accounts/directories/base-folder.ts'
import type {AccountStatus} from '../../accounts/directories/account-status.ts'
import {toAuthFile} from '../../accounts/directories/codex/codex-home.ts'
import {withoutEndedRest} from '../../accounts/directories/status-rest.ts'
import {isExhausted, type Usage, type UsageWindow} from '../../accounts/usage/usage.ts'
import type {Cli} from '../cli.ts'
import type {UsageErrors} from './ask-usage.ts'
import {
  describeLimits,
  isApp,
  readCredentials,
  readLoginState,
  type Credentials,
} from './credentials.ts'
import {readUsage} from './usage-file.ts'

/** A point in time, twice: milliseconds since the Unix epoch, and ISO 8601. */
type Time<Name extends string> = {
  readonly [Key in `${Name}Ms`]: number | null
} & {readonly [Key in `${Name}Iso`]: string | null}

/** A quota that fills with use and empties at its reset. */
export type WindowRecord = Time<'resetsAt'> & {
  readonly limit: string
  readonly windowSeconds: number
  readonly usedPercent: number
  readonly leftPercent: number
}

/** What the backend has said about the limits. */
export type UsageRecord = Time<'takenAt'> & {
  readonly windows: readonly WindowRecord[]
  /** Whether it has no quota: neither in its windows, nor credits that pay. */
  readonly limitReached: boolean
  readonly credits: Usage['credits'] | null
  readonly resetCredits: number | null
  readonly spendControl: Usage['spendControl'] | null
}

/** Why only a new login helps. */
export type LoginRequiredRecord = Time<'rotatedAt'> &
  Time<'since'> & {readonly reason: string; readonly rotatedBy: string | null}

/** All that is known about an account. `null` stands for what is not known. */
export type AccountRecord = Time<'cooldownUntil'> &
  Time<'lastAttemptAt'> &
  Time<'lastQuotaAt'> &
  Time<'lastRefreshAt'> &
  Time<'lastSuccessAt'> &
  Time<'tokenExpiresAt'> & {
    readonly name: string
    readonly isDefault: boolean
    /** Whether there is a login that has not ended. */
    readonly loggedIn: boolean
    readonly accountId: string | null
    readonly organizationId: string | null
    readonly tokenExpiresInMs: number | null
    readonly cooldownRemainingMs: number | null
    readonly consecutiveFailures: number
    readonly lastError: string | null
    readonly accountDir: string
    readonly authFilePath: string
    /** The kind of login, see `Login`; `chatgpt-app` for one of "Sign in with ChatGPT". */
    readonly loginKind: string
    /** What limits its use, although it is there: the CLI cannot read it, or nothing can refresh it. */
    readonly loginLimits: readonly string[]
    readonly email: string | null
    readonly plan: string | null
    readonly loginRequired: LoginRequiredRecord | null
    readonly usage: UsageRecord | null
    readonly usageError: string | null
    /** Whether the server rejects the login, although it is fresh. */
    readonly loginRejected: boolean
  }

/** Reads what is known about every account. */
export async function readRecords(
  cli: Cli,
  errors: UsageErrors = new Map(),
): Promise<readonly AccountRecord[]> {
  const {directories, now} = cli
  const [folders, statusOf, usages] = await Promise.all([
    directories.folders(),
    directories.statuses.read(),
    readUsage(cli),
  ])
  return Promise.all(
    folders.map(async (folder) => {
      const credentials = await readCredentials(folder.home)
      const {login} = credentials
      const id = login.kind === 'chatgpt' ? login.account.id : ''
      const facts = {credentials, status: statusOf(folder.name), nowMs: now()}
      const record = toRecord(folder, {...facts, usage: usages.get(id)})
      const error = errors.get(id)
      const loginRejected = error?.isRejected === true
      return {...record, usageError: error?.message ?? null, loginRejected}
    }),
  )
}

interface Facts {
  readonly credentials: Credentials
  readonly status: AccountStatus
  readonly usage: Usage | undefined
  readonly nowMs: number
}

function toRecord(
  {name, home, isDefault}: AccountFolder,
  {credentials, status, usage, nowMs}: Facts,
): Omit<AccountRecord, 'loginRejected' | 'usageError'> {
  const {login, tokenExpiresAtMs} = credentials
  const account = login.kind === 'chatgpt' ? login.account : undefined
  const {state, loginRequired} = readLoginState(credentials, {status, nowMs})
  return {
    name,
    isDefault,
    loggedIn: state === 'logged-in',
    accountId: orNull(credentials.accountId),
    organizationId: orNull(credentials.organizationId),
    ...toTime('tokenExpiresAt', tokenExpiresAtMs),
    tokenExpiresInMs: tokenExpiresAtMs === undefined ? null : tokenExpiresAtMs - nowMs,
    ...toTime('lastRefreshAt', credentials.lastRefreshAtMs),
    ...toStatusFields(withoutEndedRest(status, usage), nowMs),
    loginRequired: loginRequired ? toLoginRequiredRecord(loginRequired) : null,
    accountDir: home,
    authFilePath: toAuthFile(home),
    loginKind: isApp(login) ? 'chatgpt-app' : login.kind,
    loginLimits: describeLimits(credentials),
    email: orNull(account?.email),
    plan: orNull(usage?.plan ?? account?.plan),
    usage: usage ? toUsageRecord(usage) : null,
  }
}

function toStatusFields(status: AccountStatus, nowMs: number) {
  const {consecutiveFailures = 0, cooldownUntilMs} = status
  return {
    ...toTime('lastAttemptAt', status.lastAttemptAtMs),
    ...toTime('lastSuccessAt', status.lastSuccessAtMs),
    ...toTime('lastQuotaAt', status.lastQuotaAtMs),
    ...toTime('cooldownUntil', cooldownUntilMs),
    cooldownRemainingMs:
      cooldownUntilMs === undefined ? null : Math.max(0, cooldownUntilMs - nowMs),
    consecutiveFailures,
    lastError: orNull(status.lastError),
  }
}

function toLoginRequiredRecord(required: LoginRequired): LoginRequiredRecord {
  return {
    reason: required.reason,
    ...toTime('since', required.sinceMs),
    rotatedBy: orNull(required.rotatedBy),
    ...toTime('rotatedAt', required.rotatedAtMs),
  }
}

function toUsageRecord(usage: Usage): UsageRecord {
  return {
    ...toTime('takenAt', usage.takenAtMs),
    windows: usage.windows.map(toWindowRecord),
    limitReached: isExhausted(usage),
    credits: orNull(usage.credits),
    resetCredits: orNull(usage.resetCredits),
    spendControl: orNull(usage.spendControl),
  }
}

function toWindowRecord({
  limit,
  windowSeconds,
  usedPercent,
  resetsAtMs,
}: UsageWindow): WindowRecord {
  const leftPercent = 100 - usedPercent
  return {limit, windowSeconds, usedPercent, leftPercent, ...toTime('resetsAt', resetsAtMs)}
}

function toTime<Name extends string>(name: Name, timeMs: number | undefined): Time<Name> {
  const time = {
    [`${name}Ms`]: timeMs ?? null,
    [`${name}Iso`]: timeMs === undefined ? null : new Date(timeMs).toISOString(),
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript widens a computed name
  return time as Time<Name>
}

function orNull<Value>(value: Value | undefined): Value | null {
  return value ?? null
}
