/**
 * The logins that the earlier plugin of the same id left in the host's secret storage.
 *
 * @module
 */
import {type Account, toAccount} from '../../../accounts/account.ts'
import {AccountIdNotFoundError} from '../../../errors.ts'
import {isJsonObject, parseJson, toJsonObject, toNumber, toText} from '../../../base/json-object.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {parseProfile} from '../../../oauth/claims.ts'

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
  const record = toJsonObject(value)
  const stored = toJsonObject(record['tokens'])
  const accessToken = toText(stored['access_token'])
  const refreshToken = toText(stored['refresh_token'])
  if (!accessToken || !refreshToken) return undefined
  const tokens = withoutUndefined({
    accessToken,
    refreshToken,
    idToken: toText(stored['id_token']),
    // Without it, the tokens are refreshed at first use.
    expiresAtMs: toNumber(stored['expires_at']) ?? 0,
  })
  const told = withoutUndefined({email: toText(record['email']), plan: toText(record['plan'])})
  const profile = {...told, ...parseProfile(tokens)}
  // Opaque tokens: the record itself is the only one that knows the account.
  const accountId = toText(stored['account_id']) ?? toText(record['id']) ?? id
  try {
    return {...profile, ...toAccount(tokens, accountId)}
  } catch (error) {
    if (!(error instanceof AccountIdNotFoundError)) throw error
    return undefined
  }
}
