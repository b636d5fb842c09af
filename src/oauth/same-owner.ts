/**
 * Whether two sets of tokens are of one user in one workspace.
 *
 * @module
 */
import {toJsonObject, toText} from '../base/json-object.ts'
import {decodePayload} from '../base/jwt.ts'
import type {ClaimTokens} from './claims.ts'

/** Claims that name a user or a workspace. */
const NAMES = ['chatgpt_account_id', 'chatgpt_user_id', 'user_id', 'sub'] as const

/**
 * Whether nothing in `after` names another user or workspace than `before` does. Each token is compared with
 * the one of its kind, claim by claim: what only one of them names says nothing.
 */
export function haveSameOwner(before: ClaimTokens, after: Partial<ClaimTokens>): boolean {
  const pairs = [
    [before.accessToken, after.accessToken],
    [before.idToken ?? before.accessToken, after.idToken],
  ] as const
  return pairs.every(([one, other]) => {
    const known = findNames(one)
    const found = findNames(other)
    return NAMES.every((name) => {
      const [expected, actual] = [known[name], found[name]]
      return expected === undefined || actual === undefined || expected === actual
    })
  })
}

function findNames(token = ''): Partial<Record<(typeof NAMES)[number], string>> {
  const root = decodePayload(token)
  const auth = toJsonObject(root['https://api.openai.com/auth'])
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = toText(auth[name]) ?? toText(root[name])
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
