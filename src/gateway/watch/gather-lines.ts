/**
 * Lines of many requests, written at once.
 *
 * @module
 */

/** How long a line may wait, in milliseconds: no time for a reader, and long beside a request. */
const LONGEST_WAIT_MS = 50

/** Lines that wait to be written. */
export interface GatheredLines {
  add(line: string): void
  /** Writes what waits. */
  flush(): void
}

/**
 * Creates it. A process that is killed loses what waits; whoever ends in good order calls `flush`.
 *
 * @param write Given all lines that came meanwhile, in order. Must not throw.
 */
export function gatherLines(write: (lines: readonly string[]) => void): GatheredLines {
  let waiting: string[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    const lines = waiting
    waiting = []
    write(lines)
  }
  return {
    add(line) {
      waiting.push(line)
      timer ??= setTimeout(flush, LONGEST_WAIT_MS).unref()
    },
    flush,
  }
}
