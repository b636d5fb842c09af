/**
 * Reading a text that must be whole, and must end.
 *
 * @module
 */

/**
 * The text of an answer.
 *
 * @param maxBytes Of a text that has as many, no more is read, and its connection is closed.
 * @param isWhole Told the text after each part; when it returns `true`, the end of the body is not waited for.
 * @returns `undefined` when it is too large.
 * @throws What reading throws, for example because the connection was lost.
 */
export async function readWhole(
  {body}: Pick<Response, 'body'>,
  maxBytes: number,
  isWhole: (text: string) => boolean = () => false,
): Promise<string | undefined> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    while (bytes < maxBytes) {
      const {value} = (await reader?.read()) ?? {}
      if (!value) return text + decoder.decode()
      bytes += value.length
      text += decoder.decode(value, {stream: true})
      if (bytes < maxBytes && isWhole(text)) return text
    }
    return undefined
  } finally {
    // Closes the connection; nobody waits for that.
    void reader?.cancel().catch(() => {})
  }
}
