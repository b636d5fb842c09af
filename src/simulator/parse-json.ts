/**
 * Reads JSON that came over the wire.
 *
 * @module
 */

/** The value that the bytes spell; `undefined` when they are not JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
