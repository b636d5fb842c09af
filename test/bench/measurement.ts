/**
 * What the benchmark measures. To add a figure, write a file like its siblings and put it into the
 * list in `bench.ts`.
 *
 * @module
 */
import type {Replay} from './start-replay.ts'

/** One measured figure and the value it must not exceed. */
export interface Figure {
  readonly value: number
  readonly unit: 'accounts' | 'bytes' | 'kB' | 'MB' | 'ms' | 'refreshes' | 'times'
  /** What lies behind the value, for example the two medians of a ratio. */
  readonly detail?: string
}

/** One line of the benchmark. */
export interface Measurement {
  readonly name: string
  /** The figure has to be at most this. */
  readonly target: number
  measure(replay: Replay): Promise<Figure>
}
