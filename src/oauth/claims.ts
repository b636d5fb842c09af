/**
 * Who a login belongs to, as its tokens say.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/token_data.rs}
 */
import {AccountIdNotFoundError} from '../errors.ts'
import {toJsonObject, toText, type JsonObject} from '../base/json-object.ts'
import {withoutUndefined} from '../base/without-undefined.ts'
import {decodePayload} from '../base/jwt.ts'
import type {TokenSet} from './token-set.ts'

const EMAIL = /^[^\s@\p{C}<>"]+@[^\s@\p{C}<>"]+$/u

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
  /**
   * ChatGPT's id of the user. When the tokens name no user, the account id stands in for it, and without
   * that, the email.
   */
  readonly userId: string
  /**
   * ChatGPT's id of the workspace, sent as `chatgpt-account-id`. Some logins name none: the backend then
   * knows the workspace from the token alone.
   */
  readonly chatgptAccountId?: string
}

/**
 * Says who a login belongs to. Tokens that are not JWTs count as tokens without claims.
 *
 * `organizations[]` is not used: its ids are those of the API platform, which the Codex backend does
 * not take for an account.
 *
 * @param accountId Stands in when no token names a ChatGPT account. The user's own id is none.
 * @throws {AccountIdNotFoundError} Nothing says whose login it is: no account, no user, no email.
 */
export function parseClaims(tokens: ClaimTokens, accountId?: string): Claims {
  // The backend compares the header with the access token, so that one has the first word.
  const sources = [read(tokens.accessToken), read(tokens.idToken)]
  const profile = parseProfile(tokens)
  const user =
    first(sources, ({auth}) => auth['chatgpt_user_id']) ??
    first(sources, ({auth}) => auth['user_id']) ??
    first(sources, ({root}) => root['chatgpt_user_id']) ??
    first(sources, ({root}) => root['user_id']) ??
    first(sources, ({root}) => root['sub'])
  const chatgptAccountId =
    first(sources, ({auth}) => auth['chatgpt_account_id']) ??
    first(sources, ({root}) => root['chatgpt_account_id']) ??
    (accountId === user ? undefined : accountId)
  const userId = user ?? chatgptAccountId ?? profile.email
  if (userId === undefined) {
    throw new AccountIdNotFoundError(
      'Account ID not found: the login names neither a user nor a ChatGPT account.',
    )
  }
  return withoutUndefined({userId, chatgptAccountId, ...profile})
}

/** Reads what is shown to the user about a login. Never throws; what is not there is left out. */
export function parseProfile(tokens: ClaimTokens): Profile {
  const sources = [read(tokens.idToken), read(tokens.accessToken)]
  const email =
    first(sources, ({root}) => toEmail(root['email'])) ??
    first(sources, ({profile}) => toEmail(profile['email']))
  const plan =
    first(sources, ({auth}) => auth['chatgpt_plan_type']) ??
    first(sources, ({profile}) => profile['chatgpt_plan_type']) ??
    first(sources, ({root}) => root['chatgpt_plan_type'])
  return withoutUndefined({email, plan})
}

/**
 * Says who a login of an app belongs to: a user of one issuer, as one client knows them.
 *
 * @throws {AccountIdNotFoundError} No token names a user.
 */
export function parseAppClaims(
  tokens: ClaimTokens,
  clientId: string,
): Profile & {readonly identity: string} {
  const sources = [read(tokens.idToken), read(tokens.accessToken)]
  const subject = first(sources, ({root}) => root['sub'])
  if (subject === undefined) {
    throw new AccountIdNotFoundError('Account ID not found: the login names no user.')
  }
  const issuer = first(sources, ({root}) => root['iss'])?.replace(/^https?:\/\/|\/$/g, '') ?? ''
  return {identity: `${subject}:${clientId}:${issuer}`, ...parseProfile(tokens)}
}

type Source = ReturnType<typeof read>

/** The first claim that is a text: one of another type must not hide the others. */
function first(sources: readonly Source[], pick: (source: Source) => unknown) {
  return sources.map((source) => toText(pick(source))).find((value) => value !== undefined)
}

/** What could be one; what cannot is shown nowhere. The longest are 254 characters (RFC 5321). */
function toEmail(value: unknown): string | undefined {
  const email = toText(value)?.trim()
  return email !== undefined && email.length <= 254 && EMAIL.test(email) ? email : undefined
}

function read(token = '') {
  const root: JsonObject = decodePayload(token)
  return {
    root,
    auth: toJsonObject(root['https://api.openai.com/auth']),
    profile: toJsonObject(root['https://api.openai.com/profile']),
  }
}
