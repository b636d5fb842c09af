/**
 * Who a login belongs to, as its tokens say.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/token_data.rs}
 */
import * as z from 'zod/mini'
import {AccountIdNotFoundError} from '../errors.ts'
import {lenient} from '../http/lenient.ts'
import {decodePayload} from './jwt.ts'
import type {TokenSet} from './token-set.ts'

/** The tokens that can carry claims. */
export type ClaimTokens = Pick<TokenSet, 'accessToken' | 'idToken'>

/** What is shown to the user about a login. */
export interface Profile {
  readonly email?: string
  /** ChatGPT's name of the plan, for example `plus`. */
  readonly plan?: string
}

/** Who a login belongs to. */
export interface Claims extends Profile {
  /** ChatGPT's id of the user. The account id stands in when the tokens name no user. */
  readonly userId: string
  /** ChatGPT's id of the workspace, sent as `chatgpt-account-id`. */
  readonly chatgptAccountId: string
}

const text = lenient(z.string().check(z.minLength(1)))

const claimsSchema = z.object({
  sub: text,
  email: text,
  chatgpt_account_id: text,
  'https://api.openai.com/auth': lenient(
    z.object({
      chatgpt_account_id: text,
      chatgpt_user_id: text,
      user_id: text,
      chatgpt_plan_type: text,
    }),
  ),
  'https://api.openai.com/profile': lenient(z.object({email: text})),
})

/**
 * Says who a login belongs to. Tokens that are not JWTs count as tokens without claims.
 *
 * `organizations[]` is not used: its ids are those of the API platform, which the Codex backend does
 * not take for an account.
 *
 * @throws {AccountIdNotFoundError} No token names a ChatGPT account.
 */
export function parseClaims(tokens: ClaimTokens): Claims {
  // The backend compares the header with the access token, so that one has the first word.
  const sources = [read(tokens.accessToken), read(tokens.idToken)]
  const chatgptAccountId =
    first(sources, ({auth}) => auth.chatgpt_account_id) ??
    first(sources, ({root}) => root.chatgpt_account_id)
  if (chatgptAccountId === undefined) {
    throw new AccountIdNotFoundError(
      'Account ID not found: the login names no ChatGPT account. Log out, then connect again.',
    )
  }
  const userId =
    first(sources, ({auth}) => auth.chatgpt_user_id) ??
    first(sources, ({auth}) => auth.user_id) ??
    first(sources, ({root}) => root.sub) ??
    chatgptAccountId
  return {userId, chatgptAccountId, ...parseProfile(tokens)}
}

/** Reads what is shown to the user about a login. Never throws; what is not there is left out. */
export function parseProfile(tokens: ClaimTokens): Profile {
  const sources = [read(tokens.idToken), read(tokens.accessToken)]
  const email = first(sources, ({root, profile}) => root.email ?? profile.email)
  const plan = first(sources, ({auth}) => auth.chatgpt_plan_type)
  return {...(email !== undefined && {email}), ...(plan !== undefined && {plan})}
}

type Source = ReturnType<typeof read>

function first(sources: readonly Source[], pick: (source: Source) => string | undefined) {
  return sources.map(pick).find((value) => value !== undefined)
}

function read(token = '') {
  const root = claimsSchema.parse(decodePayload(token))
  return {
    root,
    auth: root['https://api.openai.com/auth'] ?? {},
    profile: root['https://api.openai.com/profile'] ?? {},
  }
}
