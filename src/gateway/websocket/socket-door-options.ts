/**
 * What the WebSockets of a gateway are made with.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import type {EventStream} from '../exchange/event-stream.ts'
import type {CheckClient, Exchange, GatewayObserver} from '../exchange/exchange.ts'

/** What a door is made of. */
export interface SocketDoorOptions {
  /** Answers a request for a response, given its body. */
  readonly answer: (exchange: Exchange, body: Buffer) => Promise<EventStream | Response>
  /** The largest message that is taken, in bytes. A larger one closes the connection with 1009. */
  readonly maxMessageBytes: number
  readonly now: Clock
  readonly log: Log
  /** Asked again with each message. Default: everybody may ask. */
  readonly checkClient?: CheckClient | undefined
  /** Default: nobody. */
  readonly observers?: readonly GatewayObserver[] | undefined
  /** Between two signs of life while nothing else is sent, in milliseconds. Default 12 seconds. */
  readonly keepAliveMs?: number | undefined
}
