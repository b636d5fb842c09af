/**
 * Refusals of the gateway itself, in the form in which OpenAI's API gives errors.
 *
 * @module
 */
import type {RequestHead} from '../exchange/exchange.ts'

/** What is refused, and why. */
export interface GatewayRefusal {
  readonly status: number
  /** One sentence for the user: what happened, and what to do. */
  readonly message: string
  /** Literal, for programs, for example `not_found`. */
  readonly code: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers that a request is not served. SDKs are told that asking again will not help. */
export function refuse({status, message, code, headers}: GatewayRefusal): Response {
  const type = status < 500 ? 'invalid_request_error' : 'server_error'
  return Response.json(
    {error: {message, type, code, param: null}},
    {status, headers: {'x-should-retry': 'false', ...headers}},
  )
}

/** Answers a request for another method than these: `OPTIONS` asks which there are. */
export function answerOtherMethod(
  {method, path}: Pick<RequestHead, 'method' | 'path'>,
  allowed: readonly string[],
): Response {
  const headers = {allow: [...allowed, 'OPTIONS'].join(', ')}
  if (method === 'OPTIONS') return new Response(null, {status: 204, headers})
  const message = `${path.slice(0, 80)} takes ${allowed.join(' and ')}, not ${method.slice(0, 20)}.`
  return refuse({status: 405, code: 'method_not_allowed', message, headers})
}
