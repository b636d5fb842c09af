/**
 * What the file of a login says, whether this product can use it or not.
 *
 * @module
 */
import {StorageError} from '../../errors.ts'
import {withEnd, type LoginRequired} from '../../accounts/account.ts'
import type {AccountStatus} from '../../accounts/directories/account-status.ts'
import {parseAuthFile, type Login} from '../../accounts/directories/codex/auth-file.ts'
import {toAuthFile} from '../../accounts/directories/codex/codex-home.ts'
import {findReadingProblem} from '../../accounts/directories/codex/codex-reading.ts'
import {withRefusal} from '../../accounts/directories/directory-reader.ts'
import {readBytes} from '../../files/read-file.ts'
import {parseJson, toJsonObject, toList, toText, type JsonObject} from '../../base/json-object.ts'
import {decodePayload} from '../../base/jwt.ts'

/** The latest point in time that a date can hold (milliseconds since the Unix epoch). */
const MAX_DATE_MS = 8.64e15

/** Whether there is a login, and whether it still works. */
export type LoginState = 'logged-in' | 'login-needed' | 'not-logged-in'

/** What the file of a login says. */
export interface Credentials {
  /** Whether there is the login of a ChatGPT account that can be used here. */
  readonly isLoggedIn: boolean
  readonly login: Login
  /** Why the official CLI cannot read it, as the end of a sentence; absent when it can. */
  readonly codexProblem?: string
  readonly accountId?: string
  readonly organizationId?: string
  /** Milliseconds since the Unix epoch. */
  readonly tokenExpiresAtMs?: number
  /** Milliseconds since the Unix epoch. */
  readonly lastRefreshAtMs?: number
}

/** Reads the login of a folder. Whatever is there, it never rejects. */
export async function readCredentials(home: string): Promise<Credentials> {
  const bytes = await readBytes(toAuthFile(home)).catch((error: unknown) => {
    if (error instanceof StorageError) return error
    throw error
  })
  if (bytes instanceof StorageError) return {isLoggedIn: false, login: {kind: 'unreadable'}}
  const text = bytes?.toString().replace(/^\uFEFF/, '')
  const login = parseAuthFile(text)
  const file = toJsonObject(parseJson(text))
  const tokens = toJsonObject(file['tokens'])
  const accessToken = toText(tokens['access_token'])
  if (accessToken === undefined) return {isLoggedIn: false, login}
  return {
    isLoggedIn: login.kind === 'chatgpt',
    login,
    ...define('codexProblem', bytes && !isApp(login) ? findReadingProblem(bytes) : undefined),
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
  {
    status: {loginRequired: refused},
    nowMs,
  }: {readonly status: AccountStatus; readonly nowMs: number},
): {readonly state: LoginState; readonly loginRequired?: LoginRequired} {
  if (!isLoggedIn) return {state: 'not-logged-in'}
  if (login.kind !== 'chatgpt') return {state: 'logged-in'}
  const account = withEnd(login.account, nowMs)
  const {loginRequired} =
    account.loginRequired || !refused ? account : withRefusal(account, refused)
  return loginRequired ? {state: 'login-needed', loginRequired} : {state: 'logged-in'}
}

/** Why the official CLI cannot use the login of a folder, as far as its file says; `undefined` when it can. */
export function describeUnusable(credentials: Credentials, nowMs: number): string | undefined {
  const {codexProblem, login} = credentials
  if (login.kind === 'damaged' || login.kind === 'unreadable')
    return `its auth.json is ${login.kind}`
  if (isApp(login)) {
    return 'it is logged in by "Sign in with ChatGPT", which Codex itself cannot use. The gateway can: `cao run --gateway`'
  }
  if (codexProblem !== undefined) return `the Codex CLI cannot read auth.json: ${codexProblem}`
  const {loginRequired} = readLoginState(credentials, {status: {}, nowMs})
  return loginRequired && 'its login has expired, and there is no refresh token'
}

/** What limits the use of a login that is there: sentences without their ends. */
export function describeLimits({codexProblem, login}: Credentials): readonly string[] {
  if (login.kind !== 'chatgpt') return []
  const {expiresAtMs, refreshToken} = login.account.tokens
  const end = new Date(expiresAtMs).toISOString()
  return [
    ...(codexProblem === undefined ? [] : [`the Codex CLI cannot read auth.json: ${codexProblem}`]),
    ...(refreshToken === '' ? [`no refresh token, so it works until ${end}`] : []),
  ]
}

/** Which kind of login it is, where it is not the usual one. */
export function describeKind(isOfApp: boolean): readonly string[] {
  return isOfApp ? ['by "Sign in with ChatGPT", not for the Codex CLI itself'] : []
}

/** Whether it is a login of "Sign in with ChatGPT". */
export function isApp(login: Login): boolean {
  return login.kind === 'chatgpt' && login.account.tokens.app !== undefined
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
