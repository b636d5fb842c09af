/**
 * A few at a time.
 *
 * @module
 */

/** Runs a task once it is its turn. */
export type TakeTurn = <Result>(task: () => Promise<Result>) => Promise<Result>

/** Lets `limit` tasks run at once; the others wait, in their order. */
export function createTurns(limit: number): TakeTurn {
  const waiting: (() => void)[] = []
  let running = 0
  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => void waiting.push(resolve))
    else running += 1
    try {
      return await task()
    } finally {
      // Whoever waits longest takes over the place.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
