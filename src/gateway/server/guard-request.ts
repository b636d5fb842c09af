/**
 * Keeping web pages and other machines away from the accounts.
 *
 * A web page can make the browser of this machine ask a server on it: by a simple request of any method, or under a
 * name of its own that leads here (DNS rebinding). Neither is answered, whatever is asked.
 *
 * @module
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-7.2}
 */
import {isLoopbackHost} from '../../base/loopback.ts'
import type {RequestHead} from '../exchange/exchange.ts'

/** Where the gateway listens. */
export interface GuardedPlace {
  /** For example `127.0.0.1`, or `0.0.0.0` for every address. */
  readonly address: string
  readonly port: number
}

/** Why a request is not answered, as a sentence; `undefined` when it is. */
export function findForeignCaller(
  {headers}: Pick<RequestHead, 'headers'>,
  place: GuardedPlace,
): string | undefined {
  const {host, origin} = headers
  if (host === undefined || !isOwnHost(host, place)) {
    return `This gateway is ${toUrlHost(place.address)}:${place.port}, and answers under no other name.`
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return 'Web pages of other origins cannot use this gateway.'
  }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    return 'Web pages of other sites cannot use this gateway.'
  }
  return undefined
}

/** Whether `Host` is this gateway: where it is bound to one address, no other name leads here but those of loopback. */
function isOwnHost(host: string, {address, port}: GuardedPlace): boolean {
  const [, name = '', typedPort] = /^(\[[\da-f:.]+\]|[^:@/\s]+)(?::(\d{1,5}))?$/i.exec(host) ?? []
  if (Number(typedPort ?? 80) !== port) return false
  const lower = name.toLowerCase()
  if (isLoopbackHost(lower)) return true
  if (isLoopbackAddress(address)) return false
  // On every address there are many names; a name that a page could choose is none of them.
  return isWildcard(address) ? isNumeric(lower) : lower === toUrlHost(address)
}

/** Whether only programs of this machine reach the address. */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || address === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(address)
}

/** The address as it stands in a URL. */
export function toUrlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

function isNumeric(name: string): boolean {
  return /^\[[\da-f:.]+\]$/.test(name) || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name)
}
