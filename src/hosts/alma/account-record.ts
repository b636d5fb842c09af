/**
 * How accounts are written in the host's secret storage: one record per account, and an index.
 *
 * @module
 */
import * as z from 'zod/mini'
import type {Account} from '../../accounts/account.ts'
import {parseJson} from '../../http/json-object.ts'
import {lenient} from '../../http/lenient.ts'

const VERSION = 1

const text = z.string().check(z.minLength(1))
// Losing one of these is better than losing the login.
const optionalText = lenient(text)

const recordSchema = z.object({
  version: z.literal(VERSION),
  id: text,
  chatgptAccountId: text,
  email: optionalText,
  plan: optionalText,
  tokens: z.object({
    accessToken: text,
    refreshToken: text,
    idToken: optionalText,
    expiresAtMs: z.number(),
  }),
  loginRequired: lenient(
    z.object({
      reason: z.enum(['expired', 'not_connected', 'refused', 'reused', 'revoked']),
      sinceMs: z.number(),
    }),
  ),
})

const indexSchema = z.object({version: z.literal(VERSION), ids: z.array(text)})

/** Reads a record; `undefined` when it is damaged or was written by a later version. */
export function parseAccountRecord(value: string): Account | undefined {
  const record = recordSchema.safeParse(parseJson(value)).data
  if (!record) return undefined
  const {version: _, email, plan, loginRequired, tokens, ...rest} = record
  const {idToken, ...otherTokens} = tokens
  return {
    ...rest,
    ...(email !== undefined && {email}),
    ...(plan !== undefined && {plan}),
    ...(loginRequired && {loginRequired}),
    tokens: {...otherTokens, ...(idToken !== undefined && {idToken})},
  }
}

/** Writes a record. */
export function toAccountRecord(account: Account): string {
  return JSON.stringify({version: VERSION, ...account})
}

/** Reads the ids in the index, in their order; `undefined` when it is damaged. */
export function parseAccountIndex(value: string): readonly string[] | undefined {
  return indexSchema.safeParse(parseJson(value)).data?.ids
}

/** Writes the index. */
export function toAccountIndex(ids: readonly string[]): string {
  return JSON.stringify({version: VERSION, ids})
}

/** Every text in a damaged index that may be an id: the rest of it may still name the accounts. */
export function findIdsInDamagedIndex(value: string): readonly string[] {
  return [...value.matchAll(/"([^"\\]+)"/g)].map(([, id = '']) => id)
}
