/**
 * When a process began, to tell it from a later one with the same number.
 *
 * @module
 */
import {readFile} from 'node:fs/promises'

/** Begins behind the name of the program, which may hold anything: the 20th of these fields is the start. */
const START_FIELD = 19

/** The first of them: it has ended, and whoever started it has not asked for the end yet, for example in a container. */
const ENDED = /^[ZX]$/

/** A text that no later process with the number has; `undefined` where the system does not say, or there is none. */
export async function readProcessStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return ENDED.test(fields[0] ?? '') ? undefined : fields[START_FIELD]
  } catch {
    // Only Linux has this.
    return undefined
  }
}
