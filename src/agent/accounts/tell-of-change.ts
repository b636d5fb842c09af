/**
 * Telling a chat that another account goes on.
 *
 * @module
 */
import {StorageError} from '../../errors.ts'
import type {AgentErrorCode} from '../agent-error.ts'
import type {AgentOptions} from '../agent-options.ts'
import {createIpcFolder} from '../ipc/ipc-folder.ts'
import type {ContainerInput} from '../protocol/container-input.ts'
import {toClockTime} from '../to-clock-time.ts'

/** A change of the account. */
export interface AccountChange {
  /** Name of the account that could not answer. */
  readonly from: string
  readonly to: string
  readonly code: AgentErrorCode
  /** When the first one is back (milliseconds since the Unix epoch), if that is known. */
  readonly untilMs: number | undefined
}

/** Where it is told, and how. */
export interface TellOptions {
  readonly input: ContainerInput
  readonly options: Pick<AgentOptions, 'doesNotify' | 'folders' | 'log' | 'now'>
  readonly timeZone: string | undefined
}

/** Leaves a message for the chat. A disk that is full does not end the run. */
export async function tellOfChange(
  {input, options, timeZone}: TellOptions,
  {code, from, to, untilMs}: AccountChange,
): Promise<void> {
  const {doesNotify = true, folders, log, now} = options
  const until = untilMs === undefined ? '' : ` until ${toClockTime(untilMs, timeZone)}`
  const what = code === 'usage_limit' ? `has reached its usage limit${until}` : 'needs a new login'
  log.warn(`the account ${from} ${what}; ${to} goes on`)
  if (!doesNotify) return
  const {chatJid, groupFolder} = input
  const text = `The account ${from} ${what}. ${to} goes on.`
  const timestamp = new Date(now()).toISOString()
  const channel = createIpcFolder({folder: folders.ipc, now})
  await channel
    .send('messages', {type: 'message', chatJid, text, groupFolder, timestamp})
    .catch((failure: unknown) => {
      if (!(failure instanceof StorageError)) throw failure
    })
}
