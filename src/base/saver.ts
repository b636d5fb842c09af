/**
 * State in memory that is saved in the background.
 *
 * @module
 */
import {delayUnnoticed} from './delay.ts'

/**
 * How long to wait before what could not be saved in the background is tried again, in milliseconds. After that, it
 * is tried with the next change.
 */
const REPEAT_MS = [10_000, 60_000, 300_000]

/** How one state is saved. */
export interface SaverOptions {
  /** Reads what was saved, and takes it back. May reject. */
  readonly read: () => Promise<void>
  /** Writes all of it, as it is now. May reject. */
  readonly write: () => Promise<unknown>
  /** How long changes are gathered before they are written, in milliseconds. */
  readonly gatherMs: number
  /** Told of the first failure; the others are passed over. Must not throw. */
  readonly onFailure: (error: unknown) => void
  /** Resolves after this many milliseconds. Default: without keeping the process alive. */
  readonly delay?: (milliseconds: number) => Promise<unknown>
}

/** Saves one state. What could not be read is not overwritten. */
export interface Saver {
  /** Reads what was saved, once; after a failure, the next call tries again. Never rejects. */
  load(): Promise<void>
  /** Writes the state in the background, together with the changes that follow soon. */
  changed(): void
  /** Resolves once every change is written, or writing failed. Never rejects. */
  flush(): Promise<void>
}

/** Creates a saver. It reads and writes nothing before it is asked to. */
export function createSaver({
  read,
  write,
  gatherMs,
  onFailure,
  delay = delayUnnoticed,
}: SaverOptions): Saver {
  const progress = {isLoaded: false, isChanged: false, isWaiting: false, isRepeating: false}
  let loading: Promise<void> | undefined
  let saving = Promise.resolve()
  const fail = once(onFailure)

  function load(): Promise<void> {
    loading ??= readOnce().catch((error: unknown) => {
      loading = undefined
      fail(error)
    })
    return loading
  }

  async function readOnce(): Promise<void> {
    await read()
    progress.isLoaded = true
  }

  async function writeChanges(): Promise<void> {
    if (!progress.isChanged || !progress.isLoaded) return
    progress.isChanged = false
    await write().catch((error: unknown) => {
      progress.isChanged = true
      fail(error)
    })
  }

  /** One after the other, and after the first read: what was saved is not to be lost. */
  function flush(): Promise<void> {
    saving = saving.then(load).then(writeChanges)
    return saving
  }

  async function saveLater(): Promise<void> {
    if (progress.isWaiting) return
    progress.isWaiting = true
    await delay(gatherMs)
    progress.isWaiting = false
    await flush()
    await repeat()
  }

  async function repeat(): Promise<void> {
    if (progress.isRepeating) return
    progress.isRepeating = true
    for (const waitMs of REPEAT_MS) {
      if (progress.isChanged) await delay(waitMs)
      if (progress.isChanged) await flush()
    }
    progress.isRepeating = false
  }

  return {
    load,
    changed() {
      progress.isChanged = true
      void saveLater()
    },
    flush,
  }
}

function once(tell: (error: unknown) => void): (error: unknown) => void {
  let isTold = false
  return (error) => {
    if (!isTold) tell(error)
    isTold = true
  }
}
