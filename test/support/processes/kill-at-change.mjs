/**
 * Loaded before a program, kills it at one of its changes to the file system: at the one with the number
 * `KILL_AT_CHANGE`, counted from 1, before it is made.
 */
import promises from 'node:fs/promises'
import {syncBuiltinESMExports} from 'node:module'

let left = Number(process.env['KILL_AT_CHANGE'])

for (const name of /** @type {const} */ (['chmod', 'link', 'mkdir', 'rename', 'rm', 'rmdir'])) {
  const call = /** @type {(...args: unknown[]) => Promise<unknown>} */ (promises[name])
  Object.assign(promises, {
    [name]: (/** @type {unknown[]} */ ...args) => {
      left -= 1
      if (left === 0) process.kill(process.pid, 'SIGKILL')
      return call(...args)
    },
  })
}
syncBuiltinESMExports()
