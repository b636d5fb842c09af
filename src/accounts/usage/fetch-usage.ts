/**
 * Asking the backend how much of its limits an account has used.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {AccessTokens} from '../tokens/access-token.ts'
import type {Account} from '../account.ts'
import {callJson, type JsonCall} from '../../http/call-json.ts'
import {toAccountHeaders, type AskingAccount} from '../../codex/account-headers.ts'
import {parseUsageBody} from './reading/parse-usage-body.ts'
import type {UsageReading} from './usage.ts'

/** Tried in turn: there were weeks in which only the second one answered. */
const PATHS = ['wham/usage', 'codex/usage']

/** How to ask for usage. */
export interface FetchUsageOptions extends Pick<JsonCall, 'fetch'> {
  /** Base URL of the backend. */
  readonly url: string
  readonly accessTokens: Pick<AccessTokens, 'get' | 'renew'>
  readonly userAgent: string
  readonly now: Clock
  /** Ends the question. A refresh goes on. */
  readonly signal?: AbortSignal
}

/** What the backend said. Nothing but a reading says how much is left. */
export type UsageAnswer =
  | {readonly kind: 'usage'; readonly reading: UsageReading}
  /** The access token is rejected, although it is fresh. */
  | {readonly kind: 'rejected'}
  /** Something else; the status of the answer, if there was one. It is no reason to stop using the account. */
  | {readonly kind: 'failed'; readonly status?: number}

/**
 * Asks for the usage of `account`. An access token that is rejected is refreshed once, and the question asked
 * again.
 *
 * @throws What {@link AccessTokens.get} and {@link AccessTokens.renew} throw, for example because the login ended.
 */
export async function fetchUsage(
  account: AskingAccount & Pick<Account, 'id'>,
  {accessTokens, signal, ...options}: FetchUsageOptions,
): Promise<UsageAnswer> {
  // Nobody says how much of its cap an app has used, before that is all of it.
  if (account.tokens?.app !== undefined) return {kind: 'failed'}
  const wait = signal ? {signal} : {}
  const {id} = account
  const ask = (accessToken: string) => askPaths({...options, ...wait, account, accessToken})
  const accessToken = await accessTokens.get(id, wait)
  const answer = await ask(accessToken)
  if (answer.kind !== 'rejected') return answer
  const renewed = await accessTokens.renew(id, accessToken, wait)
  return renewed === accessToken ? answer : ask(renewed)
}

interface Question extends Omit<FetchUsageOptions, 'accessTokens'> {
  readonly account: AskingAccount
  readonly accessToken: string
}

async function askPaths(question: Question): Promise<UsageAnswer> {
  const answers: UsageAnswer[] = []
  for (const path of PATHS) {
    const answer = await askPath(path, question)
    if (answer.kind === 'usage') return answer
    answers.push(answer)
  }
  return answers.find(({kind}) => kind === 'rejected') ?? answers[0] ?? {kind: 'failed'}
}

async function askPath(path: string, question: Question): Promise<UsageAnswer> {
  const {account, accessToken, fetch, now, signal, url, userAgent} = question
  const headers = {
    ...toAccountHeaders(account, accessToken),
    'user-agent': userAgent,
  }
  const askedAtMs = now()
  try {
    const {body, ok, status} = await callJson(`${url}/${path}`, {fetch, headers, signal})
    const reading = ok ? parseUsageBody(body, now()) : undefined
    if (reading) return {kind: 'usage', reading: {...reading, askedAtMs}}
    return status === 401 ? {kind: 'rejected'} : {kind: 'failed', status}
  } catch {
    // Whatever went wrong, the next address may know; usage is only ever shown.
    return {kind: 'failed'}
  }
}
