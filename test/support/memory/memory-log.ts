import type {Log} from '../../../src/base/log.ts'

/** A log for one test: each line as `level message {fields}`. */
export function createMemoryLog() {
  const lines: string[] = []
  const write = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    void lines.push(`${level} ${message}${fields ? ` ${JSON.stringify(fields)}` : ''}`)
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
  return {log, lines}
}
