/**
 * Processor time of this process.
 *
 * @module
 */
import process from 'node:process'

/** Runs `work` and returns the processor time it took, on all threads (milliseconds). */
export async function measureCpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const {user, system} = process.cpuUsage(before)
  return (user + system) / 1000
}
