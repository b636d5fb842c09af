/**
 * The way to the servers where a network has a proxy, or an authority of its own, as the environment says.
 *
 * @module
 * @see {@link https://everything.curl.dev/usingcurl/proxies/env.html}
 */
import {ConfigurationError} from '../errors.ts'

/** Variables that name the proxy, the strongest first. All servers of the product are asked by https. */
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']

/** Variables that name certificates, the strongest first, as the official CLI 0.171.0 reads them. */
const AUTHORITY_VARIABLES = ['CODEX_CA_CERTIFICATE', 'SSL_CERT_FILE']

const PROXY_PROTOCOLS = ['http:', 'https:', 'socks5:', 'socks:']

/** A value, and the variable that it comes from. */
export interface Variable {
  readonly name: string
  readonly value: string
}

/** What the environment says of the network. */
export interface NetworkSettings {
  /** May hold a user name and a password. */
  readonly proxy?: Variable
  /** Hosts that are asked without the proxy, comma-separated; `*` for all. */
  readonly noProxy: string
  /** Files of certificates (PEM) that are trusted beside those of Node. Empty where Node's own way does. */
  readonly authorityFiles: readonly Variable[]
}

/** Reads the variables. Blank ones count as not set. */
export function readNetworkSettings(env: NodeJS.ProcessEnv): NetworkSettings {
  const proxy = findVariable(env, PROXY_VARIABLES)
  const authorityFile = findVariable(env, AUTHORITY_VARIABLES)
  // Node adds these to its own certificates only where nobody names others.
  const more = authorityFile && findVariable(env, ['NODE_EXTRA_CA_CERTS'])
  const noProxy = findVariable(env, ['no_proxy', 'NO_PROXY'])?.value ?? ''
  const authorityFiles = [authorityFile, more].filter((file) => file !== undefined)
  return {...(proxy && {proxy}), noProxy, authorityFiles}
}

/** Whether the servers are asked without a proxy, and with the certificates that Node knows. */
export function isPlainNetwork(env: NodeJS.ProcessEnv): boolean {
  const {authorityFiles, proxy} = readNetworkSettings(env)
  return !proxy && authorityFiles.length === 0
}

/**
 * The address of the proxy. Without a scheme, it is http.
 *
 * @throws {ConfigurationError} The value is no address of a proxy. The message does not show it: it may hold a password.
 */
export function parseProxy({name, value}: Variable): URL {
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url?.hostname && PROXY_PROTOCOLS.includes(url.protocol)) return url
  throw new ConfigurationError(
    `${name} is not the address of a proxy. Correct it (for example http://proxy.example:8080), or unset it.`,
  )
}

function findVariable(env: NodeJS.ProcessEnv, names: readonly string[]): Variable | undefined {
  const found = names.map((name) => ({name, value: env[name]?.trim() ?? ''}))
  return found.find(({value}) => value !== '')
}
