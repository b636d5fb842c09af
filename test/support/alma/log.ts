/**
 * The host's log of one plugin, kept for tests.
 *
 * @module
 */
import {inspect} from 'node:util'
import type {Logger} from 'alma-plugin-api'

/** One line of the host's log. */
export interface LogLine {
  readonly level: keyof Logger
  /** The message with everything logged beside it, errors with their causes. */
  readonly text: string
}

/** A logger that writes to `lines`. */
export function createLogger(lines: LogLine[]): Logger {
  const write =
    (level: keyof Logger) =>
    (...parts: unknown[]) => {
      const text = parts.map((part) => (typeof part === 'string' ? part : show(part))).join(' ')
      lines.push({level, text})
    }
  return {
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    debug: write('debug'),
  }
}

/** Deep and untruncated, so that a search for a secret cannot miss it. */
function show(value: unknown): string {
  return inspect(value, {depth: 12, maxArrayLength: null, maxStringLength: null, showHidden: true})
}
