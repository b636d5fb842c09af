/**
 * What a process has begun and must not be cut off: a refresh whose token was sent, until its answer is
 * stored. An entry that may have to end the process creates it, and passes it on.
 *
 * @module
 */

/** Told when there begins to be something under way, and when nothing is any more. Must not throw. */
export type UnderWayListener = (isBusy: boolean) => void

/** What is under way, and who waits for it. */
export class UnderWay {
  readonly #tasks = new Set<Promise<unknown>>()
  readonly #listeners = new Set<UnderWayListener>()

  /** Whether something is under way. */
  get isBusy(): boolean {
    return this.#tasks.size > 0
  }

  /** Runs a task that must not be cut off. */
  async add<Result>(task: () => Promise<Result>): Promise<Result> {
    const running = task()
    this.#tasks.add(running)
    if (this.#tasks.size === 1) this.#tell()
    try {
      return await running
    } finally {
      this.#tasks.delete(running)
      if (!this.isBusy) this.#tell()
    }
  }

  /** Resolves once nothing is under way. Never rejects. */
  async settled(): Promise<void> {
    while (this.isBusy) {
      await Promise.allSettled(this.#tasks)
    }
  }

  /** Tells `listener` of each change. */
  watch(listener: UnderWayListener): void {
    this.#listeners.add(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.isBusy)
  }
}
