import {vi} from 'vitest'

/** As long as a busy machine may need; a test that passes ends long before. */
const TIMEOUT_MS = 15_000

/** Waits until `check` throws no more, or fails with what it threw last. */
export async function eventually<Value>(check: () => Value | Promise<Value>): Promise<Value> {
  return vi.waitFor(check, {timeout: TIMEOUT_MS, interval: 20})
}
