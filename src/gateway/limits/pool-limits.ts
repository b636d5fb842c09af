/**
 * The limits of all accounts together, told to a client in the place of those of the account that answers.
 *
 * @module
 */
import type {Engine} from '../../engine/create-engine.ts'
import {toKnownAccounts} from '../../engine/known-accounts.ts'
import type {EventStream} from '../exchange/event-stream.ts'
import type {RequestHead} from '../exchange/exchange.ts'
import {isLimitHeader, toLimitHeaders, toLimitsEvent} from './limit-formats.ts'
import {toPoolState, type PoolState} from './pool-state.ts'

/**
 * Looks at the accounts for one request.
 *
 * @returns What is left of all of them at the moment of the call, without waiting.
 */
export async function openPoolLimits(
  {headers}: Pick<RequestHead, 'headers'>,
  {backend, memory, store}: Pick<Engine, 'backend' | 'memory' | 'store'>,
): Promise<() => PoolState> {
  const id = headers['chatgpt-account-id']
  const chatgptAccountId = typeof id === 'string' ? id : undefined
  const [accounts] = await Promise.all([store.list(), memory.load()])
  return () =>
    toPoolState(toKnownAccounts(accounts, memory), {chatgptAccountId, nowMs: backend.now()})
}

/** Puts the limits of all accounts into the headers of an answer, which has those of one account or none. */
export function setLimitHeaders({headers}: EventStream | Response, state: PoolState): void {
  // These were made here, of what is no limit.
  if (!(headers instanceof Headers)) return void Object.assign(headers, toLimitHeaders(state))
  const ofOne = [...headers.keys()].filter(isLimitHeader)
  for (const name of ofOne) headers.delete(name)
  for (const [name, value] of Object.entries(toLimitHeaders(state))) headers.set(name, value)
}

/** Whether the backend says in the headers of an answer what is left of an account. */
export function hasLimitHeaders({headers}: Response): boolean {
  return [...headers.keys()].some(isLimitHeader)
}

/**
 * Puts the limits of all accounts in the place of the events that begin at `starts`. Behind the failure that ends an
 * answer, there are none.
 */
export function replaceLimitEvents(
  events: Uint8Array,
  starts: readonly number[],
  state: PoolState,
): Uint8Array {
  const event = toLimitsEvent(state)
  const written = Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}`)
  const whole = Buffer.from(events.buffer, events.byteOffset, events.byteLength)
  const parts: Uint8Array[] = []
  let end = 0
  for (const start of starts.filter((one) => one < whole.length)) {
    parts.push(whole.subarray(end, start), written)
    end = whole.indexOf('\n\n', start)
  }
  return Buffer.concat([...parts, whole.subarray(end)])
}
