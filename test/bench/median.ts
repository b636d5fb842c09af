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
  /** Rounds that count: an even number, so that either order comes equally often. */
  readonly rounds: number
  /** Rounds before them, in which both sides become as fast as they get. Default: none. */
  readonly warmUpRounds?: number
}

/** The medians of a pair. */
export interface PairMedians {
  readonly plain: number
  readonly plugin: number
  /** Of the quotients, plugin by plain, of each two rounds. */
  readonly ratio: number
}

/**
 * Measures both in turn, so that what else the machine does falls on both alike. Each round begins with
 * the one that the round before ended with: whoever comes second may have to clean up after the first.
 * Two rounds, one of either order, give one quotient. What is compared is a few milliseconds apart, so a
 * machine that gets slower for a while hardly matters, and the median of the quotients drops the rounds
 * in which something else ran.
 */
export async function measureInTurn(
  {rounds, warmUpRounds = 0}: Rounds,
  pair: Pair,
): Promise<PairMedians> {
  const plain: number[] = []
  const plugin: number[] = []
  for (let round = -warmUpRounds; round < rounds; round++) {
    const isSwapped = round % 2 !== 0
    const early = isSwapped ? await pair.plugin() : undefined
    const plainValue = await pair.plain()
    const pluginValue = early ?? (await pair.plugin())
    if (round < 0) continue
    plain.push(plainValue)
    plugin.push(pluginValue)
  }
  const ratios = toSums(plugin).map((sum, index) => sum / toSums(plain)[index]!)
  return {plain: median(plain), plugin: median(plugin), ratio: median(ratios)}
}

/** Sums of two rounds each, one of either order. */
function toSums(values: readonly number[]): readonly number[] {
  const firsts = values.filter((_, round) => round % 2 === 0)
  return firsts.map((first, index) => first + values[2 * index + 1]!)
}
