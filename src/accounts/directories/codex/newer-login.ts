/**
 * Which of two logins of one account is the newer one: an older one has refresh tokens that are used up.
 *
 * @module
 */
import {decodePayload} from '../../../base/jwt.ts'
import type {ChatgptLogin, Login} from './auth-file.ts'

/**
 * Whether `there` is a login of the same account as `incoming`, and newer. The server's own times count first.
 *
 * @returns `false` as well when they do not tell.
 */
export function isNewerLogin(there: Login, incoming: ChatgptLogin): boolean {
  if (there.kind !== 'chatgpt' || there.account.id !== incoming.account.id) return false
  const times = toTimes(incoming)
  const [difference] = toTimes(there)
    .map((time, index) => time - (times[index] ?? NaN))
    .filter((value) => value !== 0 && !Number.isNaN(value))
  return difference !== undefined && difference > 0
}

/** When it was made, when its file was written, and when it ends; `NaN` where that is not known. */
function toTimes({account, lastRefreshMs = NaN}: ChatgptLogin): readonly number[] {
  const {exp, iat} = decodePayload(account.tokens.accessToken)
  return [toNumber(iat), lastRefreshMs, toNumber(exp)]
}

function toNumber(value: unknown): number {
  return typeof value === 'number' ? value : NaN
}
