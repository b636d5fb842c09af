/**
 * `usage.json`: what the backend last said about the limits of the accounts.
 *
 * @module
 */
import path from 'node:path'
import {BaseFile} from '../../accounts/directories/base-file.ts'
import {createUsageBook} from '../../accounts/usage/usage-book.ts'
import type {Usage, UsageReading} from '../../accounts/usage/usage.ts'
import {StorageError} from '../../errors.ts'
import {isJsonObject, parseJson} from '../../base/json-object.ts'
import type {Cli} from '../cli.ts'

/** Usage by account id. */
export type UsageByAccount = ReadonlyMap<string, Usage>

/** What was known last, as it is now; nothing where the file cannot be read: the logins work without it. */
export async function readUsage(cli: Cli): Promise<UsageByAccount> {
  const file = createUsageFile(cli)
  const text = await file.read().catch((error: unknown) => {
    if (!(error instanceof StorageError)) throw error
    cli.directories.writeOptions.onDamage({file: file.file, isUnreadable: true})
    return ''
  })
  return toBook(text, cli).list()
}

/**
 * Takes in what the backend has said.
 *
 * @throws {StorageError} It could not be written; what was known before is kept.
 */
export async function saveUsage(
  cli: Cli,
  readings: ReadonlyMap<string, UsageReading>,
): Promise<void> {
  if (readings.size === 0) return
  await createUsageFile(cli).change((text) => {
    const book = toBook(text, cli)
    for (const [accountId, reading] of readings) book.update(accountId, reading)
    return `${book.export()}\n`
  })
}

function toBook(text: string, {now}: Cli) {
  const book = createUsageBook({now})
  book.import(text)
  return book
}

function createUsageFile({directories, now}: Cli): BaseFile<string> {
  return new BaseFile(path.join(directories.base, 'usage.json'), {
    ...directories.writeOptions,
    now,
    parse: (text) => (isJsonObject(parseJson(text)) ? text : undefined),
    empty: '',
    repair: async () => '',
    toText: (text) => text,
  })
}
