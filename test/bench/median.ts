/**
 * Figures that a busy machine cannot turn around.
 *
 * @module
 */

/** The middle value; the mean of the two middle ones when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Two things to compare: with the plugin, and the same without it. */
export interface Pair {
  plain(): Promise<number>
  plugin(): Promise<number>
}

/** The medians of a pair. */
export interface PairMedians {
  readonly plain: number
  readonly plugin: number
}

/** Measures both in turn, so that what else the machine does falls on both alike. */
export async function measureInTurn(rounds: number, pair: Pair): Promise<PairMedians> {
  const plain: number[] = []
  const plugin: number[] = []
  for (let round = 0; round < rounds; round++) {
    plain.push(await pair.plain())
    plugin.push(await pair.plugin())
  }
  return {plain: median(plain), plugin: median(plugin)}
}
