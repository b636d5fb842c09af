/**
 * The options of commands that say what is wrong with the accounts.
 *
 * @module
 */
import type {Command} from 'commander'
import {createNumberOption} from '../number-option.ts'

/** From when on something counts as wrong. */
export interface Thresholds {
  /** An access token that expires sooner is a warning. */
  readonly expiresWithinHours: number
  /** As many failures in a row are a warning. */
  readonly maxFailures: number
}

const COUNT = {least: 1, isWhole: true}

/** Adds the thresholds to a command. */
export function withThresholdOptions(command: Command): Command {
  return command
    .addOption(
      createNumberOption(
        '--expires-within-hours <n>',
        'warn when a token expires within this many hours',
        COUNT,
      ).default(24),
    )
    .addOption(
      createNumberOption(
        '--max-failures <n>',
        'warn at this many failures in a row',
        COUNT,
      ).default(3),
    )
}
