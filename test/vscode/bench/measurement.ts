/**
 * What the benchmark in the editor measures.
 *
 * @module
 */
import type {Figure} from '../../bench/measurement.ts'
import type {InstalledHost} from '../host/install-host.ts'

/** One line of the benchmark. */
export interface EditorMeasurement {
  readonly name: string
  /** The figure has to be at most this. */
  readonly target: number
  measure(host: InstalledHost): Promise<Figure>
}

/** For example `12 to 31, of 9`. */
export function toSpread(values: readonly number[]): string {
  return `${Math.min(...values)} to ${Math.max(...values)}, of ${values.length}`
}
