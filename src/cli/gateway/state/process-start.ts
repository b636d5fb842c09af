/**
 * When a process began, to tell it from a later one with the same number.
 *
 * @module
 */
import {readFile} from 'node:fs/promises'

/** Begins behind the name of the program, which may hold anything: the 20th of these fields is the start. */
const START_FIELD = 19

/** A text that no later process with the number has; `undefined` where the system does not say, or there is none. */
export async function readProcessStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_FIELD]
  } catch {
    // Only Linux has this.
    return undefined
  }
}
