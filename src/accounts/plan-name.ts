/**
 * ChatGPT's plans, as people know them.
 *
 * @module
 */

/** For example `ChatGPT Plus`; just `ChatGPT` when the plan is not known. */
export function toPlanName(plan: string | undefined): string {
  if (plan === undefined) return 'ChatGPT'
  const words = plan.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `ChatGPT ${words.join(' ')}`
}
