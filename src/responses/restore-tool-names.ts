/**
 * The caller's own names of tools, in an answer that calls them otherwise.
 *
 * @module
 */
import type {ByteBody} from '../http/send.ts'

/** A name of a tool in an event. In the text of a model, the quotes would be escaped. */
const NAME = /("name": ?)"([\w-]{1,64})"/g

const LINE_FEED = 0x0a

/** The most that is held back of a line whose end has not come, in bytes. */
const MAX_HELD_BYTES = 32_000_000

/**
 * Puts the caller's names in place of those that the backend was told.
 *
 * @param names From the backend's to the caller's.
 * @returns `body` itself when no name was changed, so that nearly every answer costs nothing.
 */
export function restoreToolNames(
  body: Pick<ByteBody, 'getReader'>,
  names: ReadonlyMap<string, string>,
): Pick<ByteBody, 'getReader'> {
  if (names.size === 0) return body
  // Byte by byte, so that a letter that is cut in two stays whole.
  const written = new Map(
    [...names].map(([there, here]) => [
      there,
      Buffer.from(JSON.stringify(here)).toString('latin1'),
    ]),
  )
  let held: Buffer[] = []
  let heldBytes = 0

  function restore(): Uint8Array {
    const text = Buffer.concat(held).toString('latin1')
    held = []
    heldBytes = 0
    const restored = text.replaceAll(NAME, (whole, key: string, name: string) => {
      const own = written.get(name)
      return own === undefined ? whole : key + own
    })
    return Buffer.from(restored, 'latin1')
  }

  /** What can be handed on now; nothing while the line goes on. */
  function take(chunk: Uint8Array): Uint8Array {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const end = bytes.lastIndexOf(LINE_FEED) + 1 || bytes.length
    const isWhole = bytes[end - 1] === LINE_FEED
    held.push(bytes.subarray(0, end))
    heldBytes += bytes.length
    if (!isWhole && heldBytes < MAX_HELD_BYTES) return bytes.subarray(0, 0)
    const restored = restore()
    held.push(bytes.subarray(end))
    heldBytes = bytes.length - end
    return restored
  }

  return {
    getReader() {
      const reader = body.getReader()
      return {
        async read() {
          for (;;) {
            const part = await reader.read()
            const value = part.done ? restore() : take(part.value)
            if (value.length > 0) return {done: false, value}
            if (part.done) return part
          }
        },
        cancel: (reason) => reader.cancel(reason),
      }
    },
  }
}
