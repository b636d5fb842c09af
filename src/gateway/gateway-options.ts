/**
 * What a gateway is made of, and where others plug in: who may ask (`checkClient`), addresses beside the API
 * (`routes`), whoever watches (`observers`), and which accounts a request may use (`toScope`).
 *
 * @module
 */
import type {Clock} from '../base/clock.ts'
import type {Log} from '../base/log.ts'
import type {AnswererOptions} from './answers/answerer-options.ts'
import type {CheckClient, Exchange, GatewayObserver} from './exchange/exchange.ts'
import type {GatewayRoute} from './exchange/gateway-route.ts'
import type {ServerPlace} from './server/start-server.ts'

/** What the gateway is made of. */
export interface GatewayOptions extends Omit<AnswererOptions, 'maxBodyBytes'> {
  readonly place: ServerPlace
  /** Of the package, for `/health`. */
  readonly version: string
  readonly now: Clock
  readonly log: Log
  /** Opens the routes of the operator. Whoever knows it can do everything that the user can. */
  readonly operatorKey: string
  /** Says who asks. Default: everybody is one interactive client, which only loopback makes safe. */
  readonly checkClient?: CheckClient
  /** Addresses beside the API. Default: none. */
  readonly routes?: readonly GatewayRoute[]
  /** Who watches the requests of known clients. Default: nobody. */
  readonly observers?: readonly GatewayObserver[]
  /** More headers for an answer, once it is known; for example the reason of the choice. Default: none. */
  readonly toHeaders?: (exchange: Exchange) => Readonly<Record<string, string>>
  /** Whether a client may open a WebSocket for its responses, or is refused with 426. Default `auto`: it may. */
  readonly webSocket?: 'auto' | 'off'
  /** Between two signs of life on a WebSocket while nothing else is sent, in milliseconds. Default 12 seconds. */
  readonly keepAliveMs?: number
  /** The largest body or message that is taken, in bytes, before and after it is decoded. Default 128 MiB. */
  readonly maxBodyBytes?: number
}
