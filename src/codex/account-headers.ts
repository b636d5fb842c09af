/**
 * How the backend is told who asks.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/model-provider/src/bearer_auth_provider.rs}
 */
import {decodePayload} from '../base/jwt.ts'
import {toJsonObject} from '../base/json-object.ts'

/** Whoever asks, as far as the backend has to know. */
export interface AskingAccount {
  /** ChatGPT's id of the workspace. Some logins name none, and the token says enough. */
  readonly chatgptAccountId?: string | undefined
  readonly tokens?: {readonly idToken?: string}
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
