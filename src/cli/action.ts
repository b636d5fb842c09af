/**
 * How the declaration of a command and what it does come together.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Cli} from './cli.ts'

/** Does what a command is for; resolves to the exit code, 0 by default. */
export type Action = (cli: Cli) => Promise<number | void>

/** Runs the action of a command. */
export type Run = (command: Command, action: Action) => Promise<void>
