/**
 * How the backend is told who asks.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/model-provider/src/bearer_auth_provider.rs}
 */
import {decodePayload} from '../base/jwt.ts'
import {toJsonObject} from '../base/json-object.ts'
import {DEFAULT_APP_API_URL} from './endpoints.ts'

/** Whoever asks, as far as the backend has to know. */
export interface AskingAccount {
  /** ChatGPT's id of the workspace. Some logins name none, and the token says enough. */
  readonly chatgptAccountId?: string | undefined
  /** `app` only where it is the login of an app. */
  readonly tokens?: {readonly idToken?: string; readonly app?: unknown}
}

/** The two servers that answer, see `Endpoints`. */
export interface BackendUrls {
  readonly url: string
  /** Default: that of OpenAI. */
  readonly appUrl?: string | undefined
}

/** Base URL of the server that answers this account, without a slash at its end. */
export function toBackendUrl(
  {tokens}: AskingAccount,
  {url, appUrl = DEFAULT_APP_API_URL}: BackendUrls,
): string {
  return tokens?.app === undefined ? url : appUrl
}

/**
 * The headers of a call: who asks, and from which client. A server that answers apps is told neither the workspace, which
 * it knows from the token, nor of a Codex client.
 */
export function toCallHeaders(
  account: AskingAccount,
  accessToken: string,
  codexHeaders: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (account.tokens?.app !== undefined) return {authorization: `Bearer ${accessToken}`}
  return {...toAccountHeaders(account, accessToken), ...codexHeaders}
}

/** The headers of every call to the backend that say who asks, as the official client sends them. */
export function toAccountHeaders(
  {chatgptAccountId, tokens}: AskingAccount,
  accessToken: string,
): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${accessToken}`,
    ...(chatgptAccountId !== undefined && {'chatgpt-account-id': chatgptAccountId}),
    // Workspaces of the US government are answered elsewhere.
    ...([accessToken, tokens?.idToken].some(isFedRamp) && {'x-openai-fedramp': 'true'}),
  }
}

/**
 * The word in base64, whichever of three places it begins at. Asked with every request, and nearly never so: only a
 * token that says something of the kind is decoded.
 */
const FEDRAMP = [0, 1, 2].map((before) => {
  const text = Buffer.from('_'.repeat(before) + 'fedramp').toString('base64url')
  // The letters at both ends are those of its neighbours as well.
  return text.slice(
    before === 0 ? 0 : before + 1,
    Math.floor(((before + 'fedramp'.length) * 8) / 6),
  )
})

function isFedRamp(token = ''): boolean {
  if (!FEDRAMP.some((word) => token.includes(word))) return false
  const auth = toJsonObject(decodePayload(token)['https://api.openai.com/auth'])
  return auth['chatgpt_account_is_fedramp'] === true
}
