/**
 * What the file of a login says, whether this product can use it or not.
 *
 * @module
 */
import {StorageError} from '../../errors.ts'
import type {LoginRequired} from '../../accounts/account.ts'
import type {AccountStatus} from '../../accounts/directories/account-status.ts'
import {parseAuthFile, type Login} from '../../accounts/directories/auth-file.ts'
import {toAuthFile} from '../../accounts/directories/codex-home.ts'
import {withRefusal} from '../../accounts/directories/directory-reader.ts'
import {readText} from '../../files/read-file.ts'
import {parseJson, toJsonObject, toList, toText, type JsonObject} from '../../http/json-object.ts'
import {decodePayload} from '../../http/jwt.ts'

/** The latest point in time that a date can hold (milliseconds since the Unix epoch). */
const MAX_DATE_MS = 8.64e15

/** Whether there is a login, and whether it still works. */
export type LoginState = 'logged-in' | 'login-needed' | 'not-logged-in'

/** What the file of a login says. */
export interface Credentials {
  /** Whether there is an access token. */
  readonly isLoggedIn: boolean
  readonly login: Login
  readonly accountId?: string
  readonly organizationId?: string
  /** Milliseconds since the Unix epoch. */
  readonly tokenExpiresAtMs?: number
  /** Milliseconds since the Unix epoch. */
  readonly lastRefreshAtMs?: number
}

/** Reads the login of a folder. Whatever is there, it never rejects. */
export async function readCredentials(home: string): Promise<Credentials> {
  const text = await readText(toAuthFile(home)).catch((error: unknown) => {
    if (error instanceof StorageError) return error
    throw error
  })
  if (text instanceof StorageError) return {isLoggedIn: false, login: {kind: 'unreadable'}}
  const login = parseAuthFile(text)
  const file = toJsonObject(parseJson(text))
  const tokens = toJsonObject(file['tokens'])
  const accessToken = toText(tokens['access_token'])
  if (accessToken === undefined) return {isLoggedIn: false, login}
  return {
    isLoggedIn: true,
    login,
    ...define('accountId', findAccountId(tokens, accessToken)),
    ...define('organizationId', findOrganization(toText(tokens['id_token']), accessToken)),
    ...define('tokenExpiresAtMs', toTime(Number(decodePayload(accessToken).exp) * 1000)),
    ...define('lastRefreshAtMs', toTime(Date.parse(toText(file['last_refresh']) ?? ''))),
  }
}

/**
 * Whether there is a login, on every surface.
 *
 * @param status What happened with the account lately.
 * @returns Its refusal only as long as it is about the refresh token that the file holds now.
 */
export function readLoginState(
  {isLoggedIn, login}: Credentials,
  {loginRequired: refused}: AccountStatus,
): {readonly state: LoginState; readonly loginRequired?: LoginRequired} {
  if (!isLoggedIn) return {state: 'not-logged-in'}
  if (login.kind !== 'chatgpt' || !refused) return {state: 'logged-in'}
  const {loginRequired} = withRefusal(login.account, refused)
  return loginRequired ? {state: 'login-needed', loginRequired} : {state: 'logged-in'}
}

function findAccountId(tokens: JsonObject, accessToken: string): string | undefined {
  return toText(tokens['account_id']) ?? toText(readAuth(accessToken)['chatgpt_account_id'])
}

function findOrganization(idToken: string | undefined, accessToken: string): string | undefined {
  for (const token of [idToken ?? '', accessToken]) {
    const organizations = toList(readAuth(token)['organizations']).map(toJsonObject)
    const chosen = organizations.find((one) => one['is_default'] === true) ?? organizations[0]
    const id = toText(chosen?.['id'])
    if (id !== undefined) return id
  }
  return undefined
}

function readAuth(token: string): JsonObject {
  return toJsonObject(decodePayload(token)['https://api.openai.com/auth'])
}

function toTime(timeMs: number): number | undefined {
  return timeMs > 0 && timeMs <= MAX_DATE_MS ? timeMs : undefined
}

function define<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): {readonly [Key in Name]?: Value} {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript widens a computed name
  return (value === undefined ? {} : {[name]: value}) as {readonly [Key in Name]?: Value}
}
