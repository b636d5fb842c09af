/**
 * Making a file that the official CLI can read.
 *
 * @module
 */
import {parseJson, toJsonObject, toText} from '../../../base/json-object.ts'
import {decodePayload} from '../../../base/jwt.ts'
import {parseAuthFile, type ChatgptLogin} from './auth-file.ts'
import {findReadingProblem} from './codex-reading.ts'

/** Fields of other kinds of login, and of the server: none of them is needed for a refresh. */
const DROPPED = {
  agent_identity: undefined,
  personal_access_token: undefined,
  bedrock_api_key: undefined,
}
const DROPPED_TOKENS = {oauth_provenance: undefined, login_owner_id: undefined}

/**
 * The same login in a form that the official CLI reads. A file that it can read stays as it is; of another one,
 * everything stays that can.
 *
 * @param bytes An `auth.json`.
 * @returns `undefined` when there is no login of a ChatGPT account in it, or no such form.
 */
export function repairAuthFile(bytes: Buffer): string | undefined {
  const text = bytes.toString().replace(/^\uFEFF/, '')
  const login = parseAuthFile(text)
  if (login.kind !== 'chatgpt') return undefined
  if (findReadingProblem(bytes) === undefined) return text
  const {accessToken, idToken} = login.account.tokens
  // The access token carries the same claims.
  const candidates = [idToken, accessToken].flatMap((readable) => [
    writeAnew(text, login, {readable, isWhole: true}),
    writeAnew(text, login, {readable, isWhole: false}),
  ])
  return candidates.find((candidate) => findReadingProblem(Buffer.from(candidate)) === undefined)
}

/** The file with all that is known of its login in the right form. */
function writeAnew(
  text: string,
  {account, lastRefreshMs}: ChatgptLogin,
  {readable, isWhole}: {readonly readable: string | undefined; readonly isWhole: boolean},
): string {
  const file = toJsonObject(parseJson(text))
  const {accessToken, refreshToken} = account.tokens
  const timeMs = lastRefreshMs ?? (decodePayload(accessToken).iat ?? NaN) * 1000
  const tokens = {
    ...toJsonObject(file['tokens']),
    ...(isWhole ? {} : DROPPED_TOKENS),
    id_token: readable,
    access_token: accessToken,
    refresh_token: refreshToken,
    account_id: account.chatgptAccountId ?? null,
  }
  const changed = {
    ...file,
    ...(isWhole ? {} : DROPPED),
    auth_mode: toText(file['auth_mode']) ?? 'chatgpt',
    OPENAI_API_KEY: null,
    tokens,
    last_refresh: Number.isNaN(timeMs) ? undefined : new Date(timeMs).toISOString(),
  }
  return `${JSON.stringify(changed, undefined, 2)}\n`
}
