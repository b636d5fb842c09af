/**
 * The log, in the editor's output view. The editor filters it by level and keeps it in a file.
 *
 * @module
 */
import type * as vscode from 'vscode'
import type {Log} from '../../base/log.ts'

/** Creates a log that writes to `channel`. */
export function createOutputLog(channel: vscode.LogOutputChannel): Log {
  const write = (level: keyof Log) => (message: string, fields?: Record<string, unknown>) =>
    channel[level](fields ? `${message} ${JSON.stringify(fields)}` : message)
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}
