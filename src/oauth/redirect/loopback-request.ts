/**
 * Who asks on a port of this machine.
 *
 * Any page on the Internet can make a browser ask here, and can point its own host name at this machine (DNS
 * rebinding). Browsers say so in the headers of the request.
 *
 * @module
 * @see {@link https://www.w3.org/TR/fetch-metadata/}
 */
import {isLoopbackHost} from '../../base/loopback.ts'

/** Whether a request was sent to a name of this machine. Another name is that of a web page. */
export function isForLoopback({headers}: Request, port: number): boolean {
  const host = headers.get('host')?.toLowerCase() ?? ''
  const end = `:${port}`
  return host.endsWith(end) && isLoopbackHost(host.slice(0, -end.length))
}

/** Whether a browser sends it, by an address bar, a page or a part of a page. */
export function isFromBrowser({headers}: Request): boolean {
  const own = ['sec-fetch-site', 'sec-fetch-dest', 'origin', 'referer', 'cookie']
  return own.some((name) => headers.has(name)) || /mozilla/i.test(headers.get('user-agent') ?? '')
}

/** Whether nobody looks at the answer yet: a browser that loads a page in advance comes again. */
export function isPrefetch({headers}: Request): boolean {
  const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].map((name) => headers.get(name))
  return purposes.some((purpose) => /prefetch|prerender|preview/i.test(purpose ?? ''))
}
