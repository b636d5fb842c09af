/**
 * Names of this machine that no other machine can have.
 *
 * @module
 */

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

/**
 * Whether a host leads to this machine, whoever asks.
 *
 * @param host Without a port, in lower case, as `URL.hostname` has it: an IPv6 address has brackets.
 */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK_HOSTS.has(host)
}

/** Whether a secret that is sent there can be read by nobody on the way: by https, or on this machine. */
export function isPrivateAddress({hostname, protocol}: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))
}
