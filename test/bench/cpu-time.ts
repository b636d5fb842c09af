/**
 * Processor time of this process.
 *
 * @module
 */
import process from 'node:process'

/**
 * Runs `work` and returns the processor time it took, on all threads (milliseconds).
 *
 * With `--expose-gc` that includes a collection of young garbage at the end, so that each side of a
 * comparison pays for its own and none for the other's. It is not a full collection before the work:
 * after that, much runs as cold code again, on one side more than on the other. Tried on 2026-11-20 with
 * the same build, 2,000 deltas in bulk: a full collection before each round made `fetch` slower by a half
 * and the plugin by four fifths; with none at all the ratio of two runs differed by up to 0.2; with this
 * one by 0.02, and no side was slower.
 */
export async function measureCpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  globalThis.gc?.({type: 'minor'})
  const {user, system} = process.cpuUsage(before)
  return (user + system) / 1000
}
