/**
 * The options of commands that ask the backend about the accounts.
 *
 * @module
 */
import type {Command} from 'commander'
import {createNumberOption} from '../number-option.ts'

/** How the backend is asked. */
export interface AskingOptions {
  /** Shows what was known last, and asks nobody. Default false. */
  readonly offline?: boolean
  /** The longest to wait for all answers, in seconds. */
  readonly timeout: number
}

/** Adds `--offline` and `--timeout` to a command. */
export function withAskingOptions(command: Command): Command {
  return command
    .option('--offline', 'show what was known last, without asking the backend')
    .addOption(createNumberOption('--timeout <seconds>', 'how long to wait for answers').default(5))
}
