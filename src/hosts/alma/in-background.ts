/**
 * What is done beside a request, which must not suffer from it.
 *
 * @module
 */
import {toErrorName} from '../../errors.ts'
import type {Log} from '../../http/log.ts'

/** Runs `task`. A failure, for example of a host that may not show notifications, is only logged. */
export async function inBackground(task: () => unknown, log: Log): Promise<void> {
  try {
    await task()
  } catch (error) {
    log.debug('Something could not be told', {name: toErrorName(error)})
  }
}
