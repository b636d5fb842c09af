/**
 * Whole threads of items by name, for callers who only name what was said before.
 *
 * @module
 */

/** The most threads that are remembered. The items in them are those that their callers sent. */
const MAX_THREADS = 64

/** The most items in all threads together. */
const MAX_ITEMS = 20_000

/** Remembers the latest threads. */
export interface ThreadMemory {
  /** Remembers a thread for as long as there are not many newer ones. */
  rememberThread(name: string, items: readonly unknown[]): void
  /** The thread with this name, if it is still remembered. */
  recallThread(name: string): readonly unknown[] | undefined
}

/** Creates an empty memory. */
export function createThreadMemory(): ThreadMemory {
  const threads = new Map<string, readonly unknown[]>()
  let held = 0

  function forget(name: string): void {
    held -= threads.get(name)?.length ?? 0
    threads.delete(name)
  }

  return {
    rememberThread(name, items) {
      forget(name)
      threads.set(name, items)
      held += items.length
      for (const oldest of threads.keys()) {
        if (threads.size <= MAX_THREADS && held <= MAX_ITEMS) break
        forget(oldest)
      }
    },
    recallThread: (name) => threads.get(name),
  }
}
