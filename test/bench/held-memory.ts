/**
 * What this process holds.
 *
 * @module
 */
import process from 'node:process'
import {setTimeout} from 'node:timers/promises'

/** For sockets to be read and finalizers to run. */
const PAUSE_MS = 50

/**
 * Bytes that survive a collection: objects, and the buffers outside the heap.
 *
 * @throws {Error} Node runs without `--expose-gc`.
 */
export async function measureHeldBytes(): Promise<number> {
  if (!globalThis.gc) throw new Error('Memory can be measured with --expose-gc only.')
  for (let pass = 0; pass < 3; pass++) {
    await setTimeout(PAUSE_MS)
    globalThis.gc()
  }
  const {external, heapUsed} = process.memoryUsage()
  return heapUsed + external
}
