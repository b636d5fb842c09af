/**
 * `account_status.json`: what happened with each account lately.
 *
 * @module
 */
import {LOGIN_REQUIRED_REASONS} from '../../errors.ts'
import {
  isJsonObject,
  parseJson,
  toJsonObject,
  toNumber,
  toText,
  type JsonObject,
} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {LoginRequired} from '../account.ts'

/** The latest point in time that a date can hold (milliseconds since the Unix epoch). */
const MAX_DATE_MS = 8.64e15

const TIMES = ['lastAttemptAtMs', 'lastSuccessAtMs', 'lastQuotaAtMs', 'cooldownUntilMs'] as const

/** What happened with one account. Times are milliseconds since the Unix epoch. */
export interface AccountStatus {
  readonly lastAttemptAtMs?: number
  readonly lastSuccessAtMs?: number
  readonly lastQuotaAtMs?: number
  /** The account has no quota until then. */
  readonly cooldownUntilMs?: number
  readonly consecutiveFailures?: number
  /** `usage_limit_reached`, `auth_failed` or `exit_code_N`. */
  readonly lastError?: string
  /** The refresh token that was refused, and why. It says nothing about any other. */
  readonly loginRequired?: RefusedLogin
}

/** A refresh token that was refused for good. */
export interface RefusedLogin extends LoginRequired {
  /** See `toLoginHash`. */
  readonly refreshTokenHash: string
}

/** What can change about a status. `null` takes a field away. */
export type AccountStatusChange = {
  readonly [Field in keyof AccountStatus]?: AccountStatus[Field] | null
}

/** Everything in the file, by name. */
export interface AccountStatuses {
  /** The file it was read from, with what other versions have put there. */
  readonly file: JsonObject
}

/** Statuses of no account. */
export const EMPTY_STATUSES: AccountStatuses = {file: {}}

/** Reads the file; `undefined` when it is damaged. */
export function parseStatuses(text: string): AccountStatuses | undefined {
  const file = parseJson(text)
  return isJsonObject(file) ? {file} : undefined
}

/** Writes the file. */
export function toStatusesText({file}: AccountStatuses): string {
  return `${JSON.stringify(file, undefined, 2)}\n`
}

/** What the file says about one account. What makes no sense is left out. */
export function findStatus({file}: AccountStatuses, name: string): AccountStatus {
  const record = toRecord(file, name)
  const times = TIMES.map((field) => [field, toTime(record[field])] as const)
  const failures = toNumber(record['consecutiveFailures'])
  return withoutUndefined({
    ...Object.fromEntries(times),
    ...(Number.isSafeInteger(failures) && failures! >= 0 && {consecutiveFailures: failures!}),
    lastError: toText(record['lastError']),
    loginRequired: parseRefusedLogin(record['loginRequired']),
  })
}

/** Changes the named fields of one account, and keeps everything else in the file. */
export function changeStatuses(
  statuses: AccountStatuses,
  name: string,
  change: AccountStatusChange,
): AccountStatuses {
  const record = {...toRecord(statuses.file, name), ...change}
  const kept = Object.entries(record).filter(([, value]) => value !== null && value !== undefined)
  return withRecord(statuses, name, Object.fromEntries(kept))
}

/** Forgets an account. */
export function removeStatus(statuses: AccountStatuses, name: string): AccountStatuses {
  return withRecord(statuses, name, undefined)
}

function withRecord(
  {file}: AccountStatuses,
  name: string,
  record: JsonObject | undefined,
): AccountStatuses {
  // Not a plain assignment: an account may be called __proto__.
  const records = new Map(Object.entries(toJsonObject(file['statuses'])))
  if (record) records.set(name, record)
  else records.delete(name)
  return {file: {...file, statuses: Object.fromEntries(records)}}
}

function toRecord(file: JsonObject, name: string): JsonObject {
  const statuses = toJsonObject(file['statuses'])
  return Object.hasOwn(statuses, name) ? toJsonObject(statuses[name]) : {}
}

function toTime(value: unknown): number | undefined {
  const timeMs = toNumber(value)
  return timeMs !== undefined && timeMs >= 0 && timeMs <= MAX_DATE_MS ? timeMs : undefined
}

function parseRefusedLogin(value: unknown): RefusedLogin | undefined {
  const record = toJsonObject(value)
  const reason = LOGIN_REQUIRED_REASONS.find((candidate) => candidate === record['reason'])
  const sinceMs = toTime(record['sinceMs'])
  const refreshTokenHash = toText(record['refreshTokenHash'])
  if (reason === undefined || sinceMs === undefined || refreshTokenHash === undefined)
    return undefined
  const rotatedBy = toText(record['rotatedBy'])
  const rotatedAtMs = toTime(record['rotatedAtMs'])
  const worksUntilMs = toTime(record['worksUntilMs'])
  return withoutUndefined({
    reason,
    sinceMs,
    refreshTokenHash,
    rotatedBy,
    rotatedAtMs,
    worksUntilMs,
  })
}
