/**
 * Saving new tokens that could not be saved at first, while nobody asks for them.
 *
 * @module
 */
import {delayUnnoticed} from '../../base/delay.ts'

/** Pauses before each try, in milliseconds. After the last, the next request tries. */
const PAUSES_MS = [1000, 5000, 15_000, 60_000, 300_000, 900_000, 3_600_000]

/** How it is tried. */
export interface SaveAgainOptions {
  /** Whether there still is something to save. */
  readonly isNeeded: () => boolean
  /** Tries once. May reject. */
  readonly save: () => Promise<unknown>
  /** Resolves after this many milliseconds. Default: without keeping the process alive. */
  readonly delay?: (milliseconds: number) => Promise<unknown>
}

/** Tries until it is saved, ever more seldom. Never rejects. */
export async function saveAgain({
  isNeeded,
  save,
  delay = delayUnnoticed,
}: SaveAgainOptions): Promise<void> {
  for (const pauseMs of PAUSES_MS) {
    await delay(pauseMs)
    if (isNeeded()) await save().catch(() => undefined)
    if (!isNeeded()) return
  }
}
