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

/** How often to measure. */
export interface Rounds {
  /** Rounds that count. */
  readonly rounds: number
  /** Rounds before them, in which both sides become as fast as they get. Default: none. */
  readonly warmUpRounds?: number
}

/** The medians of a pair. */
export interface PairMedians {
  readonly plain: number
  readonly plugin: number
  /** Of the quotients of each round, plugin by plain. */
  readonly ratio: number
}

/**
 * Measures both in turn, so that what else the machine does falls on both alike. Each round begins with
 * the one that the round before ended with: whoever comes second may have to clean up after the first.
 * The two of a round are a few milliseconds apart, so their quotient hardly feels a machine that gets
 * slower for a while; the median of the quotients drops the rounds in which something else ran.
 */
export async function measureInTurn(
  {rounds, warmUpRounds = 0}: Rounds,
  pair: Pair,
): Promise<PairMedians> {
  const plain: number[] = []
  const plugin: number[] = []
  for (let round = -warmUpRounds; round < rounds; round++) {
    const isSwapped = round % 2 !== 0
    // oxlint-disable no-await-in-loop -- side by side, they would measure each other
    const early = isSwapped ? await pair.plugin() : undefined
    const plainValue = await pair.plain()
    const pluginValue = early ?? (await pair.plugin())
    // oxlint-enable no-await-in-loop
    if (round < 0) continue
    plain.push(plainValue)
    plugin.push(pluginValue)
  }
  const ratios = plugin.map((value, round) => value / plain[round]!)
  return {plain: median(plain), plugin: median(plugin), ratio: median(ratios)}
}
