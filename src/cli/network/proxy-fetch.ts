/**
 * `fetch` through a proxy, and with certificates that Node does not know.
 *
 * It is a file of its own in the build, and so shares no class with the rest: what can be wrong with a
 * setting is found before it is called.
 *
 * @module
 */
import {rootCertificates} from 'node:tls'
import {EnvHttpProxyAgent, fetch} from 'undici'
import type {FetchFunction} from '../../http/fetch.ts'

/** This machine is never asked through a proxy, as in browsers: nobody else could mean it by these names. */
const LOOPBACK = 'localhost,127.0.0.1,[::1]'

/** The way to the servers. */
export interface ProxyFetchOptions {
  /** Address of the proxy for https; may hold a user name and a password. Default: none is used. */
  readonly proxy?: string
  /** Hosts that are asked without the proxy, comma-separated; `*` for all. */
  readonly noProxy: string
  /** Certificates (PEM) that are trusted beside those of Node. */
  readonly certificates: readonly string[]
}

/** Creates a `fetch` that takes this way. Addresses of this machine are asked without the proxy. */
export function createProxyFetch({
  certificates,
  noProxy,
  proxy = '',
}: ProxyFetchOptions): FetchFunction {
  const tls = certificates.length === 0 ? {} : {ca: [...rootCertificates, ...certificates]}
  const dispatcher = new EnvHttpProxyAgent({
    // Blank, because the library would read the environment where nothing is given.
    httpProxy: '',
    httpsProxy: proxy,
    noProxy: noProxy === '*' ? noProxy : `${noProxy},${LOOPBACK}`,
    connect: tls,
    proxyTls: tls,
    requestTls: tls,
  })
  const proxied = (input: string | URL, init?: object) => fetch(input, {...init, dispatcher})
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is Node's own `fetch`, with types of its own
  return proxied as unknown as FetchFunction
}
