/**
 * The events of a streamed answer, each as a message of a WebSocket.
 *
 * @module
 */

/** One event. */
export interface EventMessage {
  /** For example `response.completed`; empty when its beginning does not say so. */
  readonly type: string
  /** Its JSON, as it came. */
  readonly data: Buffer
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const BLANK_LINE = '\n\n'
const FIELD = 'data:'

/** Bytes of an event that its type is looked for in. */
const BEGINNING_BYTES = 160

const TYPE = /"type": ?"([\w.]+)"/

/** Takes the bytes of one stream, in any parts. */
export class MessageSplitter {
  #held: Buffer = Buffer.alloc(0)
  /** Whether lines end in another way than this backend's. Once so, always so. */
  #isStrange = false

  /** The events that are whole by now. Comments are none. */
  push(bytes: Uint8Array): EventMessage[] {
    const part = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#isStrange ||= part.includes(CARRIAGE_RETURN)
    const given = this.#held.length === 0 ? part : Buffer.concat([this.#held, part])
    const all = this.#isStrange ? withLineFeeds(given) : given
    const messages: EventMessage[] = []
    let start = 0
    for (;;) {
      const end = all.indexOf(BLANK_LINE, start)
      if (end === -1) break
      const message = toMessage(all.subarray(start, end))
      if (message) messages.push(message)
      start = end + BLANK_LINE.length
    }
    this.#held = all.subarray(start)
    return messages
  }
}

function toMessage(frame: Buffer): EventMessage | undefined {
  const data = readData(frame)
  if (!data) return undefined
  const [, type = ''] = TYPE.exec(data.toString('latin1', 0, BEGINNING_BYTES)) ?? []
  return {type, data}
}

/** Nearly always there is one line of data, the last one. */
function readData(frame: Buffer): Buffer | undefined {
  const at = frame.indexOf(FIELD)
  if (at === -1 || (at > 0 && frame[at - 1] !== LINE_FEED)) return undefined
  const from = at + FIELD.length + (frame[at + FIELD.length] === 0x20 ? 1 : 0)
  const data = frame.subarray(from)
  if (!data.includes(LINE_FEED)) return data
  const lines = frame.toString().split('\n')
  return Buffer.from(
    lines.flatMap((line) => (line.startsWith(FIELD) ? [line.slice(FIELD.length)] : [])).join(''),
  )
}

/** A carriage return at the end waits for what may follow it. */
function withLineFeeds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(/\r\n|\r(?!$)/g, '\n'), 'latin1')
}
