/**
 * `cao status --watch`
 *
 * @module
 */
import {delay} from '../../base/delay.ts'
import type {Io} from '../io.ts'

/** Shows the lines, and again and again what has become of them, until the user ends it. */
export async function watchStatus(
  io: Io,
  seconds: number,
  read: () => Promise<readonly string[]>,
): Promise<number> {
  const end = new AbortController()
  const stop = () => end.abort()
  process.once('SIGINT', stop).once('SIGTERM', stop)
  while (!end.signal.aborted) {
    const lines = await read()
    io.redraw([...lines, `Every ${seconds} s. Ctrl-C ends.`])
    await delay(seconds * 1000, end.signal).catch(() => undefined)
  }
  return 0
}
