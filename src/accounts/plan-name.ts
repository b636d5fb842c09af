/**
 * The plans of ChatGPT, as users know them.
 *
 * @module
 */

/** The ids whose words, with capitals, are not the name. */
const NAMES: readonly (readonly [ids: RegExp, name: string])[] = [
  [/^(?:ent\d|enterprise_|hc$)/, 'Enterprise'],
  [/^self_serve_/, 'Business'],
  [/^prolite$/, 'Pro Lite'],
]

/**
 * The name of a plan, for example `ChatGPT Plus`; just `ChatGPT` when the plan is not known.
 *
 * @param plan ChatGPT's id of it, for example `plus`.
 */
export function toPlanName(plan: string | undefined): string {
  if (plan === undefined) return 'ChatGPT'
  const words = plan.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  const [, name = words.join(' ')] = NAMES.find(([ids]) => ids.test(plan)) ?? []
  return `ChatGPT ${name}`
}
