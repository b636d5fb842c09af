/**
 * What the endpoints of one simulator share.
 *
 * @module
 */
import type {AnswerBook} from './answer-book.ts'
import type {AppRegistrationBook} from './app-registration-book.ts'
import type {AuthorizationCodeBook} from './authorization-code-book.ts'
import type {DeviceCodeBook} from './device-code-book.ts'
import type {Fault, FaultQueue} from './fault.ts'
import type {PromptCache} from './prompt-cache.ts'
import type {RequestCounts} from './request-counts.ts'
import type {RecordedRequest, RequestLog} from './request-log.ts'
import type {SessionBook} from './session-book.ts'
import type {AccountBook} from './simulated-account.ts'
import type {TokenCounts} from './token-counts.ts'
import type {TokenSigner} from './token-signer.ts'

/** How the stand-in behaves, apart from its accounts. */
export interface Behaviour {
  /** Whether token answers carry `expires_in`. */
  readonly sendsExpiresIn: boolean
  /** Whether streams carry a `codex.rate_limits` event: before any output, or after half of it. */
  readonly sendsRateLimitsEvent: boolean | 'midway'
  /** Whether the terminal event repeats the output; the real one has an empty list. */
  readonly repeatsOutput: boolean
  /** How often a device may ask. */
  readonly deviceIntervalSeconds: number
  /** Whether an upgrade to a WebSocket is taken, and within which limits; `undefined` refuses it with 426. */
  readonly webSocket: WebSocketLimits | undefined
  /** Largest body, before and after decompression. */
  readonly maxBodyBytes: number
}

/** The limits of a WebSocket. */
export interface WebSocketLimits {
  /** How old a connection may be when it is asked, in milliseconds. */
  readonly maxAgeMs: number
  /** The largest message that is taken, in bytes. */
  readonly maxMessageBytes: number
}

/** The state of one simulator. */
export interface Simulation {
  readonly behaviour: Behaviour
  readonly accounts: AccountBook
  readonly sessions: SessionBook
  /** Apps of "Sign in with ChatGPT". */
  readonly apps: AppRegistrationBook
  readonly codes: AuthorizationCodeBook
  readonly deviceCodes: DeviceCodeBook
  readonly faults: FaultQueue
  readonly answers: AnswerBook
  readonly requests: RequestLog
  readonly counts: RequestCounts
  readonly tokens: TokenCounts
  readonly promptCache: PromptCache
  readonly signer: TokenSigner
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
  /** The origin of this server, without a slash at the end. */
  readonly issuer: () => string
}

/** One request on its way. */
export interface Exchange {
  readonly request: Request
  readonly url: URL
  /** The body, decompressed. */
  readonly body: Uint8Array
  readonly record: RecordedRequest
  /** What this answer has to suffer. */
  readonly fault: Fault | undefined
}

/** Answers one kind of request. */
export type Endpoint = (exchange: Exchange, simulation: Simulation) => Promise<Response> | Response

/** Back to the start: accounts, quotas, faults, requests, counts. Nobody is logged in any more. */
export function resetSimulation(simulation: Simulation): void {
  simulation.accounts.reset()
  simulation.sessions.clear()
  simulation.apps.clear()
  simulation.faults.clear()
  simulation.answers.clear()
  simulation.requests.clear()
  simulation.counts.clear()
  simulation.tokens.clear()
  simulation.promptCache.clear()
}
