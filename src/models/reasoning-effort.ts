/**
 * How much a model thinks before it answers.
 *
 * @module
 */

/** The efforts that are known, from the least to the most. */
export const REASONING_EFFORTS = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
  'ultra',
] as const

/** How much a model thinks before it answers: one of ours, or a word that only the catalogue knows. */
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number] | (string & {})

/** A word that the backend may use for an effort or a tier. */
const WORD = /^[\w.-]{1,40}$/

/** What users, hosts and other tools call an effort, without what stands between words. */
const OTHER_NAMES: ReadonlyMap<string, ReasoningEffort> = new Map([
  ['extrahigh', 'xhigh'],
  ['maximum', 'max'],
  ['med', 'medium'],
  ['mid', 'medium'],
  ['min', 'minimal'],
  ['off', 'none'],
  ['veryhigh', 'xhigh'],
  ['xhigh', 'xhigh'],
])

/** Whether `value` is an effort that we know. */
export function isReasoningEffort(value: unknown): boolean {
  return REASONING_EFFORTS.some((effort) => effort === value)
}

/** Whether `value` may be the name of an effort or a tier, whether we have heard of it or not. */
export function isWord(value: unknown): value is string {
  return typeof value === 'string' && WORD.test(value)
}

/**
 * Understands any spelling of an effort.
 *
 * @param supported Those of the model, which may be words that only the catalogue knows.
 */
export function readEffort(
  value: unknown,
  supported: readonly ReasoningEffort[] = [],
): ReasoningEffort | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined
  const word = value.trim().toLowerCase()
  const own = supported.find((effort) => effort.toLowerCase() === word)
  if (own !== undefined || isReasoningEffort(word)) return own ?? word
  return OTHER_NAMES.get(word.replaceAll(/[\s_-]/g, ''))
}

/**
 * The effort of `supported` that comes nearest to `effort`: the same one, else the next lower, else
 * the lowest there is. `minimal` asks for thinking, so it becomes `low` rather than `none`.
 */
export function clampEffort(
  effort: ReasoningEffort,
  supported: readonly ReasoningEffort[],
): ReasoningEffort {
  if (supported.includes(effort)) return effort
  const wanted = rankOf(effort === 'minimal' ? 'low' : effort)
  const ranked = sortEfforts(supported).filter(isReasoningEffort)
  return ranked.findLast((candidate) => rankOf(candidate) <= wanted) ?? ranked[0] ?? effort
}

/** From the least to the most. With one that we do not know, they stay as they come. */
export function sortEfforts(efforts: readonly ReasoningEffort[]): readonly ReasoningEffort[] {
  if (!efforts.every(isReasoningEffort)) return efforts
  return efforts.toSorted((one, other) => rankOf(one) - rankOf(other))
}

function rankOf(effort: ReasoningEffort): number {
  return REASONING_EFFORTS.findIndex((known) => known === effort)
}
