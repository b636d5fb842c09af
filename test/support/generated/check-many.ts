/**
 * Properties that have to hold for very many generated values.
 *
 * @module
 */
import process from 'node:process'
import * as fc from 'fast-check'
import {RUNS_FACTOR, scaleRuns} from '../thoroughness.ts'

/** The same values in every run, so that a commit that passed once passes again. */
const DEFAULT_SEED = 20_261_120

/** A machine that is slower than this, in milliseconds, tries fewer values instead of failing. */
const TIME_LIMIT_MS = 12_000 * RUNS_FACTOR

/** One value that takes longer than this, in milliseconds, hangs. */
const HANG_MS = 5000

/** What the test itself may take, in milliseconds. */
export const TEST_TIMEOUT_MS = TIME_LIMIT_MS + 4 * HANG_MS

/**
 * Tries a property on `runs` values, or a sample of them, see {@link RUNS_FACTOR}. `GENERATED_SEED` in the environment
 * chooses other values than the usual ones; what a failure prints is enough to repeat it.
 *
 * @returns How many values were tried.
 * @param name What the property is about, for the line that says how many values were tried.
 * @throws {Error} The smallest value found for which it does not hold, with its seed.
 */
export async function checkMany<Values>(
  name: string,
  runs: number,
  property: fc.IAsyncProperty<Values>,
): Promise<number> {
  const {GENERATED_SEED: seed} = process.env
  const numRuns = scaleRuns(runs)
  const startMs = performance.now()
  const outcome = await fc.check(property, {
    seed: Number(seed ?? DEFAULT_SEED),
    numRuns,
    timeout: HANG_MS,
    interruptAfterTimeLimit: TIME_LIMIT_MS,
    markInterruptAsFailure: false,
  })
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
  process.stdout.write(
    `${name}: ${outcome.numRuns} of ${numRuns} generated, seed ${outcome.seed}, ${seconds} s\n`,
  )
  if (outcome.failed) {
    throw new Error(fc.defaultReportMessage(outcome), {cause: outcome.errorInstance})
  }
  return outcome.numRuns
}
