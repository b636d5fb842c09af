/**
 * Whether a request comes from a page that may send it.
 *
 * A browser names the page in `Origin` with every request that could change something, and says in `Sec-Fetch-Site`
 * whether it is a page of this server. A program that is no browser sends neither.
 *
 * @module
 * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html}
 */
/** What is known of the page that a request comes from. */
export type Source =
  /** A page of this server, or a program that is no browser. */
  | {readonly kind: 'own'}
  /** A page of another server that the application has named. */
  | {readonly kind: 'allowed'; readonly origin: string}
  | {readonly kind: 'foreign'}

/** Finds out where a request comes from. */
export function findSource(request: Request, allowedOrigins: readonly string[]): Source {
  const origin = request.headers.get('origin')
  if (origin !== null) {
    if (isOwn(origin, new URL(request.url))) return {kind: 'own'}
    return allowedOrigins.includes(origin) ? {kind: 'allowed', origin} : {kind: 'foreign'}
  }
  const site = request.headers.get('sec-fetch-site')
  // Whoever types an address, or follows a link, only reads.
  const isReading = request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate'
  if (site === null || site === 'same-origin' || site === 'none' || isReading) return {kind: 'own'}
  return {kind: 'foreign'}
}

/** Behind a proxy that ends TLS, the page is https and the request is not; the other way round is no page of ours. */
function isOwn(origin: string, url: URL): boolean {
  if (!URL.canParse(origin)) return false
  const page = new URL(origin)
  if (page.host !== url.host) return false
  return page.protocol === url.protocol || page.protocol === 'https:'
}
