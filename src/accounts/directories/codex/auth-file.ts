/**
 * `auth.json`, the official CLI's own file of a login.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/auth/storage.rs}
 */
import {AccountIdNotFoundError} from '../../../errors.ts'
import {isJsonObject, parseJson, toJsonObject, toText} from '../../../base/json-object.ts'
import type {JsonObject} from '../../../base/json-object.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {decodePayload} from '../../../base/jwt.ts'
import {DEFAULT_LIFETIME_MS, type AppGrant} from '../../../oauth/token-set.ts'
import {toAccount, type Account} from '../../account.ts'

/** The latest point in time that a date can hold (milliseconds since the Unix epoch). */
const MAX_DATE_MS = 8.64e15

/**
 * The mode of a file with the login of an app ("Sign in with ChatGPT"), and the field with what belongs to it. The official CLI reads no file with a mode that
 * it does not know, and so can neither use nor refresh a login that is not its own.
 */
export const APP_MODE = 'chatgpt_app'

/** A file with the login of a ChatGPT account. */
export interface ChatgptLogin {
  readonly kind: 'chatgpt'
  readonly account: Account
  /** Milliseconds since the Unix epoch. */
  readonly lastRefreshMs?: number
}

/** Why a file holds no login that can be used here. */
export interface NoLogin {
  /**
   * - `missing`: there is no file, or nothing in it.
   * - `api_key`: an API key.
   * - `other`: another kind of login that the CLI has.
   * - `damaged`: it is not the CLI's format, or its tokens are not complete.
   * - `unreadable`: the system does not let this user read it.
   */
  readonly kind: 'api_key' | 'damaged' | 'missing' | 'other' | 'unreadable'
}

/** What a folder says about its login. */
export type Login = ChatgptLogin | NoLogin

/** Reads the text of an `auth.json`; `undefined` stands for no file. */
export function parseAuthFile(text: string | undefined): Login {
  if (text === undefined) return {kind: 'missing'}
  const file = parseJson(text)
  if (!isJsonObject(file)) return {kind: 'damaged'}
  const mode = findMode(file)
  if (mode !== 'chatgpt' && mode !== APP_MODE)
    return {kind: mode === 'apikey' ? 'api_key' : 'other'}
  if (file['tokens'] === undefined || file['tokens'] === null) return {kind: 'missing'}
  const account = parseAccount(file)
  if (!account) return {kind: 'damaged'}
  const lastRefreshMs = parseTime(file['last_refresh'])
  return withoutUndefined({kind: 'chatgpt', account, lastRefreshMs} as const)
}

/**
 * The text with a login put in. Where the same account is in it, only its tokens and the time change;
 * everything else that it holds stays, known or not, in its order.
 *
 * @param text What is in the file; `undefined` when there is none, or none that can be read.
 * @param nowMs When the tokens came (milliseconds since the Unix epoch).
 */
export function changeAuthFile(text: string | undefined, login: Account, nowMs: number): string {
  const file = toJsonObject(parseJson(text))
  const before = parseAuthFile(text)
  const isSame = before.kind === 'chatgpt' && before.account.id === login.id
  // Fields that are not known belong to the login they came with.
  const oldTokens = isSame ? toJsonObject(file['tokens']) : {}
  const {accessToken, refreshToken, idToken = oldTokens['id_token']} = login.tokens
  const oldId = oldTokens['account_id']
  // The CLI reads no file in which it is anything but a text or null.
  const accountId = oldId === null ? null : (toText(oldId) ?? login.chatgptAccountId ?? null)
  const {app} = login.tokens
  const mode = app ? APP_MODE : 'chatgpt'
  const {[APP_MODE]: _, ...others} = file
  const changed = {
    ...(!isSame && {auth_mode: mode, OPENAI_API_KEY: null}),
    ...others,
    ...(!isSame && {auth_mode: mode}),
    ...(app && {[APP_MODE]: toAppFields(app)}),
    tokens: {
      ...oldTokens,
      // The CLI reads no file without it, and an access token carries the same claims.
      id_token: idToken ?? accessToken,
      access_token: accessToken,
      refresh_token: refreshToken,
      account_id: accountId,
    },
    last_refresh: new Date(nowMs).toISOString(),
  }
  return `${JSON.stringify(changed, undefined, 2)}\n`
}

/** How the login in the file is used; a file of an earlier version does not say. */
function findMode(file: JsonObject): unknown {
  if (toText(file['auth_mode']) !== undefined) return file['auth_mode']
  if (isJsonObject(file['tokens'])) return 'chatgpt'
  return toText(file['OPENAI_API_KEY']) === undefined ? 'chatgpt' : 'apikey'
}

function parseAccount(file: JsonObject): Account | undefined {
  const tokens = toJsonObject(file['tokens'])
  const accessToken = toText(tokens['access_token'])
  // Without one, the login works until its access token expires.
  const refreshToken = toText(tokens['refresh_token']) ?? ''
  const idToken = toText(tokens['id_token'])
  if (accessToken === undefined) return undefined
  const expiresAtMs = toExpiresAtMs(accessToken, parseTime(file['last_refresh']))
  const app = parseAppFields(file)
  if (app === undefined && file['auth_mode'] === APP_MODE) return undefined
  const tokenSet = withoutUndefined({accessToken, refreshToken, expiresAtMs, idToken, app})
  try {
    return toAccount(tokenSet, toText(tokens['account_id']))
  } catch (error) {
    if (error instanceof AccountIdNotFoundError) return undefined
    throw error
  }
}

function toAppFields({clientId, earliestRefreshAtMs: timeMs}: AppGrant): JsonObject {
  const earliest = timeMs !== undefined && {earliest_refresh_at: new Date(timeMs).toISOString()}
  return {client_id: clientId, ...earliest}
}

function parseAppFields(file: JsonObject): AppGrant | undefined {
  if (file['auth_mode'] !== APP_MODE) return undefined
  const fields = toJsonObject(file[APP_MODE])
  const clientId = toText(fields['client_id'])
  const earliestRefreshAtMs = parseTime(fields['earliest_refresh_at'])
  return clientId === undefined ? undefined : withoutUndefined({clientId, earliestRefreshAtMs})
}

/** A token about which nothing is known counts as expired. */
function toExpiresAtMs(accessToken: string, lastRefreshMs: number | undefined): number {
  const {exp} = decodePayload(accessToken)
  const expiresAtMs = typeof exp === 'number' ? exp * 1000 : NaN
  if (expiresAtMs > 0 && expiresAtMs <= MAX_DATE_MS) return expiresAtMs
  return lastRefreshMs === undefined ? 0 : lastRefreshMs + DEFAULT_LIFETIME_MS
}

function parseTime(value: unknown): number | undefined {
  const timeMs = Date.parse(toText(value) ?? '')
  return Number.isNaN(timeMs) ? undefined : timeMs
}
