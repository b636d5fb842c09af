/**
 * Reading a text that must be whole, and must end.
 *
 * @module
 */

/**
 * The text of an answer.
 *
 * @param maxBytes Of a larger one, no more is read and its connection is closed.
 * @returns `undefined` when it is larger.
 * @throws What reading throws, for example because the connection was lost.
 */
export async function readWhole(
  {body}: Pick<Response, 'body'>,
  maxBytes: number,
): Promise<string | undefined> {
  const decoder = new TextDecoder()
  const texts: string[] = []
  let bytes = 0
  const parts: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? []
  // Leaving the loop closes the connection.
  for await (const part of parts) {
    bytes += part.length
    if (bytes > maxBytes) return undefined
    texts.push(decoder.decode(part, {stream: true}))
  }
  return texts.join('') + decoder.decode()
}
