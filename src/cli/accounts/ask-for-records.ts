/**
 * What is known about the accounts, after the backend was asked.
 *
 * @module
 */
import type {Cli} from '../cli.ts'
import {readRecords, type AccountRecord} from './account-record.ts'
import type {AskingOptions} from './asking-options.ts'
import type {UsageErrors} from './ask-usage.ts'

/** Reads what is known about every account; asks the backend first, unless `offline` says no. */
export async function askForRecords(
  cli: Cli,
  options: AskingOptions,
): Promise<readonly AccountRecord[]> {
  const folders = await cli.directories.folders()
  if (folders.length === 0) return []
  return readRecords(cli, options.offline === true ? new Map() : await ask(cli, options))
}

async function ask(cli: Cli, {timeout}: AskingOptions): Promise<UsageErrors> {
  const {askUsage} = await import('./ask-usage.ts')
  const done = cli.io.showProgress('Asking what is left of each account…')
  try {
    return await askUsage(cli, {timeoutMs: timeout * 1000, mayRefresh: true})
  } finally {
    done()
  }
}
