/**
 * The limits of all accounts together, told to a client in the place of those of the account that answers.
 *
 * @module
 */
import type {Account} from '../../accounts/account.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {toKnownAccounts} from '../../engine/known-accounts.ts'
import type {EventStream} from '../exchange/event-stream.ts'
import type {RequestHead} from '../exchange/exchange.ts'
import {isLimitHeader, toLimitHeaders, toLimitsEvent} from './limit-formats.ts'
import {toPoolState, type PoolState} from './pool-state.ts'

/** How long the limits are told as they were put together, while nothing changes, in milliseconds. They name seconds. */
const TOLD_FOR_MS = 1000

/** What a client is told. */
interface ToldLimits {
  readonly state: PoolState
  readonly headers: Readonly<Record<string, string>>
}

/**
 * The limits of all accounts of an engine. They are put together when an account, its usage or a setting has changed,
 * and once a second, instead of with each answer.
 */
export class PoolLimits {
  readonly #engine: Pick<Engine, 'backend' | 'memory' | 'store'>
  #accounts: readonly Account[] = []
  #loading: Promise<void> | undefined
  /** By the workspace that the client is logged in to. */
  readonly #told = new Map<string | undefined, ToldLimits>()

  constructor(engine: Pick<Engine, 'backend' | 'memory' | 'store'>) {
    this.#engine = engine
    engine.memory.watch(() => this.#told.clear())
  }

  /**
   * Looks at the accounts for one request.
   *
   * @returns Gives what is left of all of them at the moment of the call, without waiting.
   */
  async open({headers}: Pick<RequestHead, 'headers'>): Promise<() => ToldLimits> {
    const {memory, store} = this.#engine
    await (this.#loading ??= memory.load())
    const accounts = await store.list()
    if (accounts !== this.#accounts) this.#told.clear()
    this.#accounts = accounts
    const id = headers['chatgpt-account-id']
    return () => this.#read(typeof id === 'string' ? id : undefined)
  }

  #read(id: string | undefined): ToldLimits {
    const {backend, memory} = this.#engine
    const nowMs = backend.now()
    const accounts = this.#accounts
    const chatgptAccountId = accounts.find((account) => account.chatgptAccountId === id) && id
    const known = this.#told.get(chatgptAccountId)
    // The clock may have been set back since.
    if (known && Math.abs(nowMs - known.state.nowMs) < TOLD_FOR_MS) return known
    const state = toPoolState(toKnownAccounts(accounts, memory), {chatgptAccountId, nowMs})
    const told = {state, headers: toLimitHeaders(state)}
    this.#told.set(chatgptAccountId, told)
    return told
  }
}

/** Puts the limits of all accounts into the headers of an answer, which has those of one account or none. */
export function setLimitHeaders({headers}: EventStream | Response, limits: ToldLimits): void {
  // These were made here, of what is no limit.
  if (!(headers instanceof Headers)) return void Object.assign(headers, limits.headers)
  const ofOne = [...headers.keys()].filter(isLimitHeader)
  for (const name of ofOne) headers.delete(name)
  for (const [name, value] of Object.entries(limits.headers)) headers.set(name, value)
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
  {state}: Pick<ToldLimits, 'state'>,
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
