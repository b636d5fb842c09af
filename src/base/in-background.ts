/**
 * What is done beside a request, which must not suffer from it.
 *
 * @module
 */
import {toErrorName} from '../errors.ts'
import type {Log} from './log.ts'

/**
 * Runs `task`. A failure is only logged.
 *
 * @param warning What does not work then. Default: something is not told, which needs no warning, since a
 * host may not show notifications.
 */
export async function inBackground(task: () => unknown, log: Log, warning?: string): Promise<void> {
  try {
    await task()
  } catch (error) {
    const level = warning === undefined ? 'debug' : 'warn'
    log[level](warning ?? 'Something could not be told', {name: toErrorName(error)})
  }
}
