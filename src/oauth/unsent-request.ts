/**
 * Telling a request that never left from one whose answer never came.
 *
 * @module
 */
import {toJsonObject} from '../base/json-object.ts'

/** What fails before there is a connection: names, routes, ports, and certificates that are not trusted. */
const CODES = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPROTONOSUPPORT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Codes of Node and OpenSSL for a certificate, for example `DEPTH_ZERO_SELF_SIGNED_CERT`. */
const CERTIFICATE = /CERT|CRL|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH/

/** What has no code of its own: a handshake that broke off, a proxy that made no tunnel, an odd address. */
const MESSAGE =
  /before secure TLS connection was established|HTTP Tunneling|^bad port$|^unknown scheme$/

/**
 * Whether the request certainly did not reach anybody. Where nothing says so, it may have.
 *
 * @param error What `fetch` rejected with.
 */
export function isUnsent(error: unknown): boolean {
  // `fetch failed` tells why in its causes, of which an address with several IPs has several.
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    const {code, syscall, errors} = toJsonObject(cause)
    if (syscall === 'connect' || syscall === 'getaddrinfo' || MESSAGE.test(cause.message))
      return true
    if (typeof code === 'string' && (CODES.has(code) || CERTIFICATE.test(code))) return true
    if (Array.isArray(errors) && errors.length > 0) return errors.every(isUnsent)
    cause = cause.cause
  }
  return false
}
