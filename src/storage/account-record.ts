/**
 * How accounts are written in the host's secret storage: one record per account, and an index.
 *
 * Checked by hand, because every start of the host reads them: a schema library would take longer to
 * load than the rest of the plugin.
 *
 * @module
 */
import type {Account, LoginRequired} from '../accounts/account.ts'
import {LOGIN_REQUIRED_REASONS} from '../errors.ts'
import {parseJson, toJsonObject, toNumber, toText} from '../base/json-object.ts'
import {withoutUndefined} from '../base/without-undefined.ts'
import type {AppGrant, TokenSet} from '../oauth/token-set.ts'

const VERSION = 1

/** Of records that hold the login of an app: versions before would take it for one of Codex. */
const APP_VERSION = 2

/** Reads a record; `undefined` when it is damaged or was written by a later version. */
export function parseAccountRecord(value: string): Account | undefined {
  const record = toJsonObject(parseJson(value))
  const id = toText(record['id'])
  const chatgptAccountId = toText(record['chatgptAccountId'])
  const tokens = parseTokens(record['tokens'])
  if (!id || !tokens || record['version'] !== toVersion(tokens)) return undefined
  // What is only shown may be lost; the login may not.
  const email = toText(record['email'])
  const plan = toText(record['plan'])
  const origin = toText(record['origin'])
  const loginRequired = parseLoginRequired(record['loginRequired'])
  return withoutUndefined({id, chatgptAccountId, tokens, email, plan, origin, loginRequired})
}

function parseTokens(value: unknown): TokenSet | undefined {
  const tokens = toJsonObject(value)
  const accessToken = toText(tokens['accessToken'])
  const refreshToken = tokens['refreshToken']
  const expiresAtMs = tokens['expiresAtMs']
  if (!accessToken || typeof refreshToken !== 'string' || typeof expiresAtMs !== 'number') {
    return undefined
  }
  const idToken = toText(tokens['idToken'])
  const app = parseGrant(tokens['app'])
  return withoutUndefined({accessToken, refreshToken, expiresAtMs, idToken, app})
}

function parseGrant(value: unknown): AppGrant | undefined {
  const fields = toJsonObject(value)
  const clientId = toText(fields['clientId'])
  const earliestRefreshAtMs = toNumber(fields['earliestRefreshAtMs'])
  return clientId === undefined ? undefined : withoutUndefined({clientId, earliestRefreshAtMs})
}

function toVersion({app}: TokenSet): number {
  return app ? APP_VERSION : VERSION
}

function parseLoginRequired(value: unknown): LoginRequired | undefined {
  const fields = toJsonObject(value)
  const reason = LOGIN_REQUIRED_REASONS.find((known) => known === fields['reason'])
  const sinceMs = toNumber(fields['sinceMs'])
  if (!reason || sinceMs === undefined) return undefined
  const rotatedBy = toText(fields['rotatedBy'])
  const rotatedAtMs = toNumber(fields['rotatedAtMs'])
  const worksUntilMs = toNumber(fields['worksUntilMs'])
  return withoutUndefined({reason, sinceMs, rotatedBy, rotatedAtMs, worksUntilMs})
}

/** Writes a record. */
export function toAccountRecord(account: Account): string {
  return JSON.stringify({version: toVersion(account.tokens), ...account})
}

/** Reads the ids in the index, in their order; `undefined` when it is damaged. */
export function parseAccountIndex(value: string): readonly string[] | undefined {
  const {version, ids} = toJsonObject(parseJson(value))
  if (version !== VERSION || !Array.isArray(ids)) return undefined
  const texts = ids.map(toText).filter((id) => id !== undefined)
  return texts.length === ids.length ? texts : undefined
}

/** Writes the index. */
export function toAccountIndex(ids: readonly string[]): string {
  return JSON.stringify({version: VERSION, ids})
}

/** Every text in a damaged index that may be an id: the rest of it may still name the accounts. */
export function findIdsInDamagedIndex(value: string): readonly string[] {
  return [...value.matchAll(/"([^"\\]+)"/g)].map(([, id = '']) => id)
}
