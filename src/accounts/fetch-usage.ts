/**
 * Asking the backend how much of its limits an account has used.
 *
 * @module
 */
import type {Clock, FetchFunction} from '../http/fetch.ts'
import {parseJson} from '../http/json-object.ts'
import type {Account} from './account.ts'
import {parseUsageBody} from './parse-usage-body.ts'
import type {UsageReading} from './usage.ts'

/** Tried in turn: there were weeks in which only the second one answered. */
const PATHS = ['wham/usage', 'codex/usage']

/** The longest that one of them may take, in milliseconds. */
const TIMEOUT_MS = 10_000

/** What {@link fetchUsage} needs from outside. */
export interface FetchUsageOptions {
  /** Base URL of the backend. */
  readonly url: string
  readonly accessToken: string
  readonly userAgent: string
  readonly fetch: FetchFunction
  readonly now: Clock
  /** Ends the question. */
  readonly signal?: AbortSignal
}

/**
 * Asks for the usage of `account`.
 *
 * @returns `undefined` when the backend did not say. It is no reason to stop using the account.
 */
export async function fetchUsage(
  {chatgptAccountId}: Pick<Account, 'chatgptAccountId'>,
  {url, accessToken, userAgent, fetch, now, signal: stop}: FetchUsageOptions,
): Promise<UsageReading | undefined> {
  const headers = {
    authorization: `Bearer ${accessToken}`,
    ...(chatgptAccountId !== undefined && {'chatgpt-account-id': chatgptAccountId}),
    'user-agent': userAgent,
  }
  for (const path of PATHS) {
    try {
      const timeout = AbortSignal.timeout(TIMEOUT_MS)
      const signal = stop ? AbortSignal.any([stop, timeout]) : timeout
      const askedAtMs = now()
      // oxlint-disable-next-line no-await-in-loop -- the second is only for when the first fails
      const response = await fetch(`${url}/${path}`, {headers, signal})
      // oxlint-disable-next-line no-await-in-loop
      const text = await response.text()
      const reading = response.ok ? parseUsageBody(parseJson(text), now()) : undefined
      if (reading) return {...reading, askedAtMs}
    } catch {
      // Whatever went wrong, the next address may know; usage is only ever shown.
    }
  }
  return undefined
}
