/**
 * Addresses of servers, as they come from outside.
 *
 * @module
 */
import {isPrivateAddress} from '../base/loopback.ts'
import {ConfigurationError} from '../errors.ts'

/** As long as browsers take. */
const MAX_ADDRESS_CHARACTERS = 2000

/**
 * Reads the address of a server. Tokens are sent there, so it has to be https, or on this machine.
 *
 * @param name What the value is called, for the message.
 * @param value Blank counts as not set.
 * @returns The address without a slash at its end.
 * @throws {ConfigurationError} It is not an address, or neither https nor loopback.
 */
export function parseEndpoint(name: string, value: string | undefined, fallback: string): string {
  const address = value?.trim()
  if (!address) return fallback
  const isShort = address.length <= MAX_ADDRESS_CHARACTERS
  const url = isShort && URL.canParse(address) ? new URL(address) : undefined
  if (!url || !isPrivateAddress(url)) {
    throw new ConfigurationError(
      `${name} must be an https address, or an http address of this machine such as http://127.0.0.1:8080. Correct it, or unset it to use ${fallback}.`,
    )
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new ConfigurationError(
      `${name} must be an address without user name, password, query or fragment`,
    )
  }
  return url.href.replace(/(?<!\/)\/+$/, '')
}
