/**
 * What a look at a set-up came to.
 *
 * @module
 */

/** What was found. */
export interface Finding {
  readonly isProblem: boolean
  /** What it is. */
  readonly text: string
  /** The one line that mends it. */
  readonly fix?: string
}

/** Something that is wrong. */
export function toProblem(text: string, fix: string): Finding {
  return {isProblem: true, text, fix}
}
