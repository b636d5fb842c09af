/**
 * One request to the gateway: who asks for what, and what became of it.
 *
 * @module
 */
import type {IncomingHttpHeaders} from 'node:http'
import type {AccountChoice} from '../../accounts/choice/account-choice.ts'
import type {RequestChange} from '../../responses/request-change.ts'

/** What the head of a request says. */
export interface RequestHead {
  /** In capitals, for example `POST`. */
  readonly method: string
  /** For example `/v1/responses`; never with a query. */
  readonly path: string
  /** Empty, or with its question mark. */
  readonly query: string
  readonly headers: IncomingHttpHeaders
  /** Address of whoever is connected. */
  readonly remoteAddress: string
}

/** How a client is used: by somebody who waits for the answer, or by a program that can wait itself. */
export type ClientClass = 'background' | 'interactive'

/** Who asks. */
export interface GatewayClient {
  /** Stable, and no secret, for example the id of a client key. */
  readonly id: string
  /** How its owner calls it. */
  readonly name: string
  readonly class: ClientClass
  /** The models that it may ask for. Default: all. */
  readonly models?: readonly string[]
}

/** What checking a client came to. */
export type ClientCheck =
  | {readonly kind: 'client'; readonly client: GatewayClient}
  /** The sentence says what to do; it must not hold the key. */
  | {
      readonly kind: 'refused'
      readonly status: 401 | 403 | 429
      readonly message: string
      /** When the same client may ask again, if that is known. */
      readonly retryAfterSeconds?: number
    }

/**
 * Says who asks. It is called for each request before its body is read, except for `/health`. Must not reject.
 */
export type CheckClient = (head: RequestHead) => ClientCheck | Promise<ClientCheck>

/** A request of a known client. */
export interface Exchange {
  /** Names it in logs and answers (`x-cao-request`). */
  readonly id: string
  readonly head: RequestHead
  readonly client: GatewayClient
  /** Milliseconds since the Unix epoch. */
  readonly startedAtMs: number
  /** Aborted when the client goes away, or the gateway stops. */
  readonly signal: AbortSignal
  /** What is known of its answer so far; filled in while it is made. */
  readonly facts: ExchangeFacts
}

/** What an answer used, in tokens. Cached ones are part of the input, and reasoning is part of the output. */
export interface TokenUse {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
}

/** A model and an effort. */
export interface ModelAndEffort {
  readonly model: string
  /** Absent where the model chooses. */
  readonly effort?: string
}

/** What is known of the answer to a request. Nothing in it is a secret or a text of the conversation. */
export interface ExchangeFacts {
  conversationId?: string
  /** As the client wrote it. */
  asked?: ModelAndEffort
  /** As the backend was asked. */
  sent?: ModelAndEffort
  isStream?: boolean
  /** Which account was chosen and why; who failed and who answered is added while the request runs. */
  choice?: AccountChoice
  /** What was changed of the request, by name. */
  changes?: readonly RequestChange[]
  tokens?: TokenUse
}

/** How a request ended. */
export interface ExchangeEnd {
  /** HTTP status; 499 when the client left before there was one. */
  readonly status: number
  /** Milliseconds since the Unix epoch. */
  readonly endedAtMs: number
  /** When the first byte of the body was written (milliseconds since the Unix epoch). */
  readonly firstByteAtMs?: number
  /** Of the body, as it was sent. */
  readonly bytes: number
  /** Whether the client left, or the connection was lost, before the whole answer was sent. */
  readonly isCut: boolean
}

/** Watches requests. No method may throw; what takes time, an observer does later by itself. */
export interface GatewayObserver {
  /** The client is known, and the body not read yet. */
  started?(exchange: Exchange): void
  /** The first byte of the body goes out. */
  firstByte?(exchange: Exchange, atMs: number): void
  /** Nothing more comes. Called once for each request that was started. */
  ended?(exchange: Exchange, end: ExchangeEnd): void
}
