/**
 * Ending the command only when nothing is under way that must not be cut off.
 *
 * @module
 */
import type {EventEmitter} from 'node:events'
import {constants} from 'node:os'
import type {UnderWay} from '../accounts/tokens/under-way.ts'
import {delay} from '../base/delay.ts'

/** Signals that ask a command to end. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const

/** The longest that a command goes on after it was asked to end, in milliseconds. */
const LONGEST_MS = 60_000

/** The process, as far as {@link holdSignals} uses it. */
export interface HoldSignalsOptions {
  /** Where signals arrive. */
  readonly process: Pick<EventEmitter, 'listenerCount' | 'off' | 'prependListener'>
  readonly underWay: Pick<UnderWay, 'settled' | 'watch'>
  /** Says that it takes a moment. Must not throw. */
  readonly note: (line: string) => void
  readonly exit: (exitCode: number) => void
}

/**
 * Lets signals wait for what is under way, however many come, and then ends with 128 and the number of the first
 * one; and so with an exception that nobody caught, which ends it with 1. While nothing is under way, they do what they always do; where the command has a use for one of its own, it
 * keeps it.
 *
 * @returns The exit code that a signal or an exception wants; `undefined` as long as there was none.
 */
export function holdSignals(options: HoldSignalsOptions): () => number | undefined {
  const {process, underWay, note, exit} = options
  let exitCode: number | undefined
  const end = (code: number) => {
    exitCode = code
    void Promise.race([underWay.settled(), delay(LONGEST_MS)]).then(() => exit(code))
  }
  /** A mistake of ours must not cost a login either. */
  const onException = (error: unknown) => {
    note(error instanceof Error ? (error.stack ?? error.message) : String(error))
    if (exitCode === undefined) end(1)
  }
  const onSignal = (signal: (typeof SIGNALS)[number]) => {
    if (exitCode !== undefined || process.listenerCount(signal) > 1) return
    if (signal !== 'SIGHUP')
      note('Refreshing a login. This ends as soon as the new tokens are stored.')
    end(128 + constants.signals[signal])
  }
  underWay.watch((isBusy) => {
    for (const signal of SIGNALS) {
      if (isBusy) process.prependListener(signal, onSignal)
      // After a signal, the command ends by itself.
      else if (exitCode === undefined) process.off(signal, onSignal)
    }
    if (isBusy) process.prependListener('uncaughtException', onException)
    else if (exitCode === undefined) process.off('uncaughtException', onException)
  })
  return () => exitCode
}
