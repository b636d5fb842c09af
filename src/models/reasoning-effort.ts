/**
 * How much a model thinks before it answers.
 *
 * @module
 */

/** Every effort a model may have, from the least to the most. */
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

/** How much a model thinks before it answers. */
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number]

/** Whether `value` is an effort, as a request or the end of a model id may name it. */
export function isReasoningEffort(value: unknown): value is ReasoningEffort {
  return REASONING_EFFORTS.some((effort) => effort === value)
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
  const ranked = supported.toSorted(compareEfforts)
  return ranked.findLast((candidate) => rankOf(candidate) <= wanted) ?? ranked[0] ?? effort
}

/** Orders efforts from the least to the most. */
export function compareEfforts(one: ReasoningEffort, other: ReasoningEffort): number {
  return rankOf(one) - rankOf(other)
}

function rankOf(effort: ReasoningEffort): number {
  return REASONING_EFFORTS.indexOf(effort)
}
