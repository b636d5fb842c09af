/**
 * Headers that are meant for one connection, and not for what is behind it.
 *
 * @module
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1}
 */

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Whether a header ends with the connection.
 *
 * @param name In lower case.
 * @param connection The value of `Connection`, which names more of them. Default: it names none.
 */
export function isHopByHop(name: string, connection = ''): boolean {
  if (HOP_BY_HOP.has(name)) return true
  if (connection === '') return false
  return connection.split(',').some((one) => one.trim().toLowerCase() === name)
}
