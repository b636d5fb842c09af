/**
 * Waiting for a client that reads slowly.
 *
 * @module
 */
import type {Writable} from 'node:stream'

/** Resolves when there is room again, or the client is gone. */
export function untilDrained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      stream.off('drain', go)
      stream.off('close', go)
      resolve()
    }
    stream.on('drain', go)
    stream.on('close', go)
    if (stream.destroyed) go()
  })
}
