/**
 * What the dashboard shows, as it goes over the wire. Nothing in it is a token, a key or a text of a conversation.
 *
 * @module
 */
import type {ClientClass} from '../exchange/exchange.ts'
import type {KeyScope} from '../keys/client-key.ts'
import type {PageLogin} from '../logins/page-login.ts'

/** What is kept of a window. */
export interface PageReserve {
  /** How much of it, 0 to 100. */
  readonly keepPercent: number
  /** Whether use is also held to an even pace. */
  readonly isPaced: boolean
  /** Whose requests may not use it. */
  readonly from: 'background' | 'everybody'
}

/** One window of an account's usage limit. */
export interface PageWindow {
  /** `codex`, or the name of an additional limit. */
  readonly limit: string
  /** For example `5 h`, `weekly`. */
  readonly label: string
  readonly windowSeconds: number
  /** 0 to 100. */
  readonly usedPercent: number
  /** Milliseconds since the Unix epoch. */
  readonly resetsAtMs?: number | undefined
  /** From this much on the account is not used, 0 to 100. */
  readonly ceilingPercent?: number | undefined
  readonly reserve?: PageReserve | undefined
}

/** One account. */
export interface PageAccount {
  readonly id: string
  /** How its user calls it. */
  readonly name: string
  readonly email?: string | undefined
  /** For example `ChatGPT Plus`. */
  readonly plan?: string | undefined
  readonly state: 'ready' | 'resting' | 'paused' | 'login-needed'
  /** Why it does not answer; absent when it can. */
  readonly why?: string | undefined
  /** Until when it does not answer (milliseconds since the Unix epoch), where it is a matter of time. */
  readonly untilMs?: number | undefined
  readonly isPreferred: boolean
  /** Higher goes first. */
  readonly priority: number
  readonly windows: readonly PageWindow[]
  /** Whether credits pay for what the windows no longer do. */
  readonly hasCredits: boolean
  /** When its usage was told last (milliseconds since the Unix epoch). */
  readonly takenAtMs?: number | undefined
  /** Until when its reserves do not count (milliseconds since the Unix epoch). */
  readonly goOnUntilMs?: number | undefined
}

/** A client key. The key itself is shown once, when it is made. */
export interface PageKey {
  readonly id: string
  /** How its owner calls it. */
  readonly name: string
  readonly class: ClientClass
  readonly scopes: readonly KeyScope[]
  /** The models that it may ask for. Absent: all. */
  readonly models?: readonly string[]
  /** Milliseconds since the Unix epoch. Absent: never. */
  readonly expiresAtMs?: number
  readonly createdAtMs: number
  /** Absent when it was never used. */
  readonly lastUsedAtMs?: number
}

/** A key that the user wants. */
export interface PageKeyWish {
  readonly name: string
  readonly class: ClientClass
  readonly scopes: readonly KeyScope[]
  /** Default: all. */
  readonly models?: readonly string[] | undefined
  /** Default: it does not expire. */
  readonly expiresInDays?: number | undefined
}

/** A request that is under way. */
export interface LiveRequest {
  readonly id: string
  readonly startedAtMs: number
  /** How the owner of the key calls its client. */
  readonly client: string
  /** For example `/v1/responses`. */
  readonly path: string
  /** As it was sent; absent before that. */
  readonly model?: string | undefined
  readonly askedEffort?: string | undefined
  readonly effort?: string | undefined
  /** Name of the account that is asked. */
  readonly account?: string | undefined
  /** When the first byte of the answer went out (milliseconds since the Unix epoch). */
  readonly firstByteAtMs?: number | undefined
}

/** Everything that changes while one looks, but for the requests that have ended. */
export interface PageState {
  /** The clock of the gateway (milliseconds since the Unix epoch). */
  readonly nowMs: number
  /** For example `http://127.0.0.1:4319/`. */
  readonly url: string
  readonly version: string
  readonly startedAtMs: number
  /** Whether the connector is served here, below `/ops`. */
  readonly hasConnector: boolean
  /** How a new conversation finds its account. */
  readonly strategy: string
  readonly accounts: readonly PageAccount[]
  readonly live: readonly LiveRequest[]
  readonly keys: readonly PageKey[]
  /** Whether clients have to show a key. */
  readonly areKeysChecked: boolean
  /** The login that was started last, until it is dismissed. */
  readonly login?: PageLogin | undefined
}

/** A change that the user makes to an account. */
export interface AccountWish {
  readonly isPaused?: boolean | undefined
  readonly isPreferred?: boolean | undefined
  readonly priority?: number | undefined
  readonly ceiling?:
    | {
        readonly limit: string
        readonly windowSeconds: number
        /** `null` lifts it. */
        readonly maxUsedPercent: number | null
      }
    | undefined
  /** Nothing is kept any more with 0 percent and without a pace. */
  readonly reserve?: (PageReserve & {readonly windowSeconds: number}) | undefined
  /** For how long its reserves do not count; 0 lets them count again. */
  readonly goOnHours?: number | undefined
}

/** What was used over the last days. */
export interface PageHistory {
  /** Sums of each hour in which something was asked, oldest first. */
  readonly hours: readonly PageHour[]
  /** How full each window was. */
  readonly windows: readonly {
    readonly account: string
    /** For example `weekly`. */
    readonly label: string
    /** When (milliseconds since the Unix epoch) and how much (0 to 100), oldest first. */
    readonly samples: readonly (readonly [atMs: number, usedPercent: number])[]
  }[]
}

/** Sums of an hour. */
export interface PageHour {
  /** When it began (milliseconds since the Unix epoch). */
  readonly hourMs: number
  readonly requests: number
  readonly failed: number
  /** Tokens; cached ones are part of the input. */
  readonly input: number
  readonly cached: number
  readonly output: number
}
