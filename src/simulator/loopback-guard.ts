/**
 * Keeps web pages from other places away from the pages and the controls of a simulator.
 *
 * A page on the Internet can point its own host name at 127.0.0.1 (DNS rebinding), or post a form
 * to it. The first is seen in `Host`, the second in `Origin`.
 *
 * @module
 */

const LOOPBACK_HOSTS = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** True for the names of this computer; IPv6 in brackets, as in a URL. */
export function isLoopbackHost(hostname: string): boolean {
  return LOOPBACK_HOSTS.has(hostname)
}

/** The refusal of a request that does not come from this computer; `undefined` when it does. */
export function refuseForeignPage({headers}: Request): Response | undefined {
  const host = headers.get('host') ?? ''
  const origin = headers.get('origin')
  const isFromHere = isLoopbackOrigin(`http://${host}`) && (!origin || isLoopbackOrigin(origin))
  if (isFromHere) return undefined
  const detail = 'Only pages of this computer may do this: use http://127.0.0.1 or http://localhost'
  return Response.json({detail}, {status: 403})
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname)
}
