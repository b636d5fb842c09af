/**
 * What is worth a message: one for each incident, however many requests meet it.
 *
 * @module
 */
import type {LeftCause} from '../../accounts/choice/choice-reason.ts'
import {toLocalTime} from '../../base/local-time.ts'
import type {MessageTopic} from '../rules/rules.ts'

/** Something that its user may want to know at once. */
export interface Message {
  /** What it is about; a `test` goes to whoever is asked to be tried, whatever they want to be told. */
  readonly topic: MessageTopic | 'test'
  /** One or two sentences. */
  readonly text: string
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
  /** How the user calls the account that it is about. */
  readonly account?: string
  /** Until when it is so (milliseconds since the Unix epoch), where that is known. */
  readonly untilMs?: number
}

/** A request that left an account. */
export interface SeenSwitch {
  readonly from: string
  readonly to: string | undefined
  readonly cause: LeftCause
  readonly untilMs: number | undefined
}

/** How long an incident without an end is not told again, in milliseconds. */
const QUIET_MS = 3_600_000

/** What is no incident: the user wants it so, or it concerns one request. */
const NO_INCIDENTS: ReadonlySet<LeftCause> = new Set(['failed', 'paused', 'reserve'])

const CAUSES: Readonly<Partial<Record<LeftCause, string>>> = {
  ceiling: 'it has reached the ceiling that you set',
  login_required: 'it needs a new login',
  rate_limit: 'it has sent too many requests at once',
  usage_limit: 'it has reached its usage limit',
}

/** Finds incidents in what a gateway sees. Times are milliseconds since the Unix epoch. */
export class Incidents {
  readonly #told = new Map<string, number>()
  #exhausted: {readonly untilMs: number | undefined} | undefined
  #loginNeeded: ReadonlySet<string> | undefined

  /** Every account has reached its limit. */
  exhausted(atMs: number, untilMs: number | undefined): Message | undefined {
    const isKnown = this.#exhausted !== undefined
    this.#exhausted = {untilMs}
    if (isKnown) return undefined
    const back = untilMs === undefined ? '' : ` The first is back after ${toLocalTime(untilMs)}.`
    const text = `All ChatGPT accounts have reached their usage limit.${back}`
    return {topic: 'exhausted', text, atMs, ...(untilMs !== undefined && {untilMs})}
  }

  /** An account has answered. */
  answered(atMs: number, account: string): Message | undefined {
    if (!this.#exhausted) return undefined
    this.#exhausted = undefined
    return {topic: 'back', text: `${account} answers again.`, atMs, account}
  }

  /** Time has passed. */
  passed(atMs: number): Message | undefined {
    const {untilMs} = this.#exhausted ?? {}
    if (untilMs === undefined || untilMs > atMs) return undefined
    this.#exhausted = undefined
    return {topic: 'back', text: 'A usage limit was reset: requests can be answered again.', atMs}
  }

  /** A request went over to another account. */
  switched(atMs: number, {cause, from, to, untilMs}: SeenSwitch): Message | undefined {
    if (NO_INCIDENTS.has(cause)) return undefined
    const key = `${from} ${cause}`
    if ((this.#told.get(key) ?? 0) > atMs) return undefined
    this.#told.set(key, Math.max(untilMs ?? 0, atMs + QUIET_MS))
    const until = untilMs === undefined ? '' : ` until ${toLocalTime(untilMs)}`
    const goesOn = to === undefined ? '' : ` ${to} goes on.`
    const text = `${from} cannot answer${until}: ${CAUSES[cause] ?? 'it is refused'}.${goesOn}`
    return {topic: 'switched', text, atMs, account: from, ...(untilMs !== undefined && {untilMs})}
  }

  /** The accounts that need a new login, at the start and after each change. What is so at the start is no news. */
  loginNeeded(atMs: number, accounts: readonly string[]): readonly Message[] {
    const before = this.#loginNeeded
    this.#loginNeeded = new Set(accounts)
    if (!before) return []
    return accounts
      .filter((account) => !before.has(account))
      .map((account) => ({
        topic: 'login-needed',
        text: `${account} needs a new login: run \`cao add ${account}\`.`,
        atMs,
        account,
      }))
  }
}
