/**
 * What a command that only reads has to say.
 *
 * @module
 */
import type {Io} from './io.ts'

/** The lines for standard output, and how the command ends. */
export interface Answer {
  readonly lines: readonly string[]
  readonly exitCode: number
}

/**
 * Prints the lines.
 *
 * @returns The exit code.
 */
export function printAnswer({lines, exitCode}: Answer, io: Io): number {
  for (const line of lines) io.out(line)
  return exitCode
}
