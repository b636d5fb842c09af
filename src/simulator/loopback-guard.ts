/**
 * Keeps web pages from other places away from the pages and the controls of a simulator.
 *
 * A page on the Internet can point its own host name at 127.0.0.1 (DNS rebinding), or post a form
 * to it. The first is seen in `Host`, the second in `Origin`.
 *
 * @module
 */
import {isLoopbackHost} from '../base/loopback.ts'

/** What a browser says of its own pages, and of an address that somebody typed. */
const OWN_SITES = new Set(['none', 'same-origin'])

/** The refusal of a request that does not come from this computer; `undefined` when it does. */
export function refuseForeignPage({headers}: Request): Response | undefined {
  const host = headers.get('host') ?? ''
  const origin = headers.get('origin')
  const isFromHere = isLoopbackOrigin(`http://${host}`) && (!origin || isLoopbackOrigin(origin))
  return isFromHere ? undefined : refuse()
}

/**
 * The same for the controls, and for what somebody agrees to: another page of this computer may not use them
 * either. Programs that are no browser may.
 */
export function refuseOtherPage(request: Request): Response | undefined {
  const {headers} = request
  const site = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  const isOwn = origin === null || origin === `http://${headers.get('host') ?? ''}`
  const isOwnSite = site === null || OWN_SITES.has(site)
  return isOwn && isOwnSite ? refuseForeignPage(request) : refuse()
}

function refuse(): Response {
  const detail = 'Only pages of this computer may do this: use http://127.0.0.1 or http://localhost'
  return Response.json({detail}, {status: 403})
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname)
}
