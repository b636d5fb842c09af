/**
 * Who asks on a port of this machine.
 *
 * Any page on the Internet can make a browser ask here, and can point its own host name at this machine (DNS
 * rebinding). Browsers say so in the headers of the request.
 *
 * @module
 * @see {@link https://www.w3.org/TR/fetch-metadata/}
 */

/** Whether a request was sent to a name of this machine. Another name is that of a web page. */
export function isForLoopback({headers}: Request, port: number): boolean {
  const host = headers.get('host')?.toLowerCase()
  return ['localhost', '127.0.0.1', '[::1]'].some((name) => host === `${name}:${port}`)
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
