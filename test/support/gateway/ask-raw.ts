/**
 * A request byte for byte, as no client library would send it.
 *
 * @module
 */
import {once} from 'node:events'
import {connect} from 'node:net'

/** Sends the text, and gives what comes back until the connection is closed. */
export async function askRaw(url: URL, lines: readonly string[], body = ''): Promise<string> {
  const socket = connect(Number(url.port), url.hostname)
  await once(socket, 'connect')
  socket.setEncoding('latin1')
  let text = ''
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  const closed = once(socket, 'close')
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`)
  await closed
  return text
}
