/**
 * Taking notice of a file that another window writes.
 *
 * @module
 */
import {watch} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import path from 'node:path'
import {toErrorName} from '../../errors.ts'
import type {Log} from '../../http/log.ts'

/** How long changes are gathered, in milliseconds: one write is several events. */
const GATHER_MS = 50

/**
 * Calls `listener` some milliseconds after `file` was replaced. Where the system cannot watch, nothing
 * is called: it is not the only way in which changes are noticed.
 *
 * @returns Ends the watch.
 */
export async function watchFile(
  file: string,
  listener: () => void,
  log: Log,
): Promise<() => void> {
  let timer: NodeJS.Timeout | undefined
  try {
    await mkdir(path.dirname(file), {recursive: true})
    const watcher = watch(path.dirname(file), {persistent: false}, (_event, name) => {
      if (name !== path.basename(file)) return
      clearTimeout(timer)
      timer = setTimeout(listener, GATHER_MS)
    })
    watcher.on('error', (error) => log.debug('The watch ended', {name: toErrorName(error)}))
    return () => {
      clearTimeout(timer)
      watcher.close()
    }
  } catch (error) {
    log.debug('Other windows are noticed late', {name: toErrorName(error)})
    return () => {}
  }
}
