/**
 * A request on a socket, for handlers that take a `Request`.
 *
 * @module
 */
import type {IncomingMessage} from 'node:http'
import {Readable} from 'node:stream'
import {keepSignal} from '../../base/keep-signal.ts'
import type {RequestHead} from '../exchange/exchange.ts'
import {BODY_WANTED} from './read-request-body.ts'

/** The same request; its body is read from the socket. */
export function toWebRequest(
  incoming: IncomingMessage,
  head: RequestHead,
  signal: AbortSignal,
): Request {
  const {method, path, query} = head
  const headers = new Headers()
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  const hasBody = method !== 'GET' && method !== 'HEAD'
  if (hasBody) incoming.emit(BODY_WANTED)
  // A path such as `//host/path` must not name another host.
  const request = new Request(new URL(`http://${head.headers.host}${path}${query}`), {
    method,
    headers,
    signal,
    ...(hasBody && {body: Readable.toWeb(incoming), duplex: 'half' as const}),
  })
  keepSignal(request)
  return request
}
