/**
 * How much the tests try. `npm test` takes a sample, so that it is soon done. With `GENERATED_RUNS` in the environment
 * they try so many times as much of what is generated or much alike, with every release of the Codex CLI: `.ci/run` as
 * little as `npm test`, and all of it from 1 on.
 *
 * @module
 */
import process from 'node:process'

/** What `npm test` tries of what is generated. */
const SAMPLE = 0.1

const {GENERATED_RUNS: runs} = process.env

/** Whether every release of the Codex CLI is tried, rather than the newest. */
export const IS_EVERY_RELEASE = runs !== undefined

/** What the number of values that are generated, and the time for them, is multiplied by. */
export const RUNS_FACTOR = Number(runs ?? SAMPLE)

/** Whether everything is tried, rather than a sample. */
export const IS_THOROUGH = RUNS_FACTOR >= 1

/** How often to try something that is tried `full` times in a thorough run; at least `least` times. */
export function scaleRuns(full: number, least = 1): number {
  return Math.max(least, Math.ceil(full * RUNS_FACTOR))
}
