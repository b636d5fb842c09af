/**
 * Addresses of the gateway beside those of OpenAI's API: management, a dashboard, metrics, a connector.
 *
 * @module
 */
import type {GatewayClient, RequestHead} from './exchange.ts'

/** A request for a route. */
export interface RouteCall {
  readonly head: RequestHead
  /** Absent where anybody may ask. */
  readonly client?: GatewayClient
  /** Aborted when the client goes away, or the gateway stops. */
  readonly signal: AbortSignal
  /** The request with its body, for handlers that take a `Request`. The body is not limited: read it with care. */
  readonly toRequest: () => Request
}

/** An address, or a family of addresses. */
export interface GatewayRoute {
  /**
   * Who may ask: `public` is everybody who reaches the port, `client` whoever passes the check of clients, and
   * `operator` who knows the operator key (`Authorization: Bearer …`), which stands in the state file of this user.
   * Host and origin are checked before, whoever asks.
   */
  readonly access: 'client' | 'operator' | 'public'
  /** Whether it is this one, whatever the method. The first route that says so answers. */
  readonly matches: (head: Pick<RequestHead, 'path'>) => boolean
  /** The methods that it takes; `HEAD` comes with `GET`. Default: all, and the route looks at them itself. */
  readonly methods?: readonly ('GET' | 'POST')[]
  /** Answers. What it throws becomes an answer with status 500, and is logged by its kind. */
  readonly answer: (call: RouteCall) => Promise<Response>
}
