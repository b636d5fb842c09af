/**
 * The logins that the earlier plugin of the same id left in the host's secret storage.
 *
 * @module
 */
import * as z from 'zod/mini'
import {type Account, toAccount, toAccountId} from '../../accounts/account.ts'
import {AccountIdNotFoundError} from '../../errors.ts'
import {isJsonObject, parseJson} from '../../http/json-object.ts'
import {lenient} from '../../http/lenient.ts'
import {parseProfile} from '../../oauth/claims.ts'

const text = z.string().check(z.minLength(1))
// Losing one of these is better than losing the login.
const optionalText = lenient(text)

const tokensSchema = z.object({
  access_token: text,
  refresh_token: text,
  id_token: optionalText,
  account_id: optionalText,
  /** Milliseconds since the Unix epoch. Without it, the tokens are refreshed at first use. */
  expires_at: lenient(z.number()),
})

const accountSchema = z.object({
  id: optionalText,
  tokens: tokensSchema,
  email: optionalText,
  plan: optionalText,
})

/** The logins in a stored value, and what in it is not one. */
export interface LegacyAccounts {
  /** In the order they should be tried. */
  readonly accounts: readonly Account[]
  /** The records that could not be read, as they were, by their key. */
  readonly unreadable: Readonly<Record<string, unknown>>
}

/** Reads `codex_tokens`, the one login of the first versions; `undefined` when it is damaged. */
export function parseLegacyTokens(value: string): Account | undefined {
  return toModernAccount({tokens: parseJson(value)})
}

/**
 * Reads `codex_accounts_v2`, a map by account id; `undefined` when it is damaged as a whole.
 *
 * @param activeId The value of `codex_active_account`. That account comes first.
 */
export function parseLegacyAccounts(value: string, activeId?: string): LegacyAccounts | undefined {
  const records = parseJson(value)
  if (!isJsonObject(records)) return undefined
  const entries = Object.entries(records).map(
    ([id, record]) => ({id, record, account: toModernAccount(record, id)}) as const,
  )
  const ordered = [
    ...entries.filter(({id}) => id === activeId),
    ...entries.filter(({id}) => id !== activeId),
  ]
  return {
    accounts: ordered.flatMap(({account}) => account ?? []),
    unreadable: Object.fromEntries(
      entries.filter(({account}) => !account).map(({id, record}) => [id, record]),
    ),
  }
}

function toModernAccount(value: unknown, id?: string): Account | undefined {
  const record = accountSchema.safeParse(value).data
  if (!record) return undefined
  const {access_token, refresh_token, id_token, account_id, expires_at} = record.tokens
  const tokens = {
    accessToken: access_token,
    refreshToken: refresh_token,
    ...(id_token !== undefined && {idToken: id_token}),
    expiresAtMs: expires_at ?? 0,
  }
  const profile = {
    ...(record.email !== undefined && {email: record.email}),
    ...(record.plan !== undefined && {plan: record.plan}),
    ...parseProfile(tokens),
  }
  try {
    return {...profile, ...toAccount(tokens)}
  } catch (error) {
    if (!(error instanceof AccountIdNotFoundError)) throw error
    // Opaque tokens: the record itself is the only one that knows the account, and nobody the user.
    const chatgptAccountId = account_id ?? record.id ?? id
    if (chatgptAccountId === undefined) return undefined
    const accountId = toAccountId({userId: chatgptAccountId, chatgptAccountId})
    return {...profile, id: accountId, chatgptAccountId, tokens}
  }
}
