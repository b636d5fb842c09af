/**
 * `fetch` by the way that the environment names.
 *
 * @module
 */
import {ConfigurationError, StorageError} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import type {FetchFunction} from '../../http/fetch.ts'
import {
  isPlainNetwork,
  parseProxy,
  readNetworkSettings,
  type Variable,
} from '../../http/network-settings.ts'

/**
 * A `fetch` that uses the proxy and the certificates of the environment. The library for it is loaded at the
 * first call, and only where a variable is set: Node itself reads them from version 22.21 on, and only when it
 * is told to.
 *
 * @returns Its calls reject with a `ConfigurationError` when a variable cannot be used.
 */
export function createNetworkFetch(env: NodeJS.ProcessEnv, fetch: FetchFunction): FetchFunction {
  const {authorityFiles, noProxy, proxy} = readNetworkSettings(env)
  if (isPlainNetwork(env)) return fetch
  const load = async () => {
    const address = proxy && parseProxy(proxy).href
    const certificates = await Promise.all(authorityFiles.map(readCertificates))
    const {createProxyFetch} = await import('./proxy-fetch.ts')
    return createProxyFetch({...(address && {proxy: address}), noProxy, certificates})
  }
  let loading: Promise<FetchFunction> | undefined
  return async (input, init) => {
    loading ??= load()
    return (await loading)(input, init)
  }
}

async function readCertificates({name, value}: Variable): Promise<string> {
  const problem = (cause?: unknown) =>
    new ConfigurationError(
      `${name} names a file of certificates that cannot be read: ${value}. Correct the variable, or unset it.`,
      {cause},
    )
  try {
    const text = await readText(value)
    if (text !== undefined) return text
  } catch (error) {
    if (error instanceof StorageError) throw problem(error)
    throw error
  }
  throw problem()
}
