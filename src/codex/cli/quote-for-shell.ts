/**
 * Texts in commands that a POSIX shell reads.
 *
 * @module
 */

/** What no shell takes for more than a text, wherever it stands. */
const PLAIN = /^[\w./-]+$/

/** One word of a command, which the shell reads as this text and nothing more. */
export function quoteForShell(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
