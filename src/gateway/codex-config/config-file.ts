/**
 * The `config.toml` of a CODEX_HOME, as a file of somebody else: it may be a link, read-only, or changed meanwhile.
 *
 * @module
 */
import {chmod, rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {ConfigurationError, StorageError} from '../../errors.ts'
import {readBytes} from '../../files/read-file.ts'
import {hasErrorCode, toStorageError} from '../../files/storage-failure.ts'
import {writeFile} from '../../files/write-file.ts'
import {makeFolder} from '../../files/make-folder.ts'

/** What this user may do with a file that is not read-only. */
const WRITABLE = 0o200

/** Makes the new text from the one that is there; `undefined` stands for no file. */
export type TextChange = (text: string | undefined) => string | undefined

/**
 * Changes the text of the file. A link stays a link, and the mode stays as it is unless `isSecret`.
 *
 * @param isSecret Whether only this user may read the new text.
 * @throws {ConfigurationError} The text cannot be changed; the file is as it was.
 * @throws {StorageError} The file cannot be read or written, or is read-only; it is as it was.
 */
export async function changeConfig(
  file: string,
  change: TextChange,
  {isSecret = false}: {readonly isSecret?: boolean} = {},
): Promise<void> {
  const text = await readConfig(file)
  const changed = changeWithName(file, text, change)
  if (changed === text) return
  try {
    if (changed === undefined) return await rm(file)
    const mode = await findMode(file)
    await makeFolder(path.dirname(file), 0o700)
    await assertSame(file, text)
    await writeFile(file, changed)
    if (mode !== undefined && !isSecret) await chmod(file, mode)
  } catch (error) {
    throw toStorageError(file, error)
  }
}

/**
 * Makes the change without writing it.
 *
 * @throws {ConfigurationError} The text cannot be changed.
 * @throws {StorageError} The file cannot be read.
 */
export async function tryChange(file: string, change: TextChange): Promise<void> {
  changeWithName(file, await readConfig(file), change)
}

/** The text, with a byte order mark where there is one. `undefined` when there is no such file. */
async function readConfig(file: string): Promise<string | undefined> {
  const bytes = await readBytes(file)
  return bytes && toExactText(bytes, file)
}

/** What is no text would not come back as it was. */
function toExactText(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes)
  } catch (error) {
    throw new ConfigurationError(`${file} was left as it is: it is not UTF-8 text.`, {cause: error})
  }
}

function changeWithName(
  file: string,
  text: string | undefined,
  change: TextChange,
): string | undefined {
  try {
    return change(text)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    throw new ConfigurationError(`${file} was left as it is. ${error.message}`, {cause: error})
  }
}

/** A new file takes the place of the old one, so nothing but its mode says that it is not to be changed. */
async function findMode(file: string): Promise<number | undefined> {
  try {
    const {mode} = await stat(file)
    if ((mode & WRITABLE) !== 0) return mode & 0o777
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined
    throw error
  }
  throw new StorageError(
    `${file} is read-only, so it was left as it is. Allow this user to write there, then try again.`,
  )
}

/** The CLI writes there as well, and takes no lock. */
async function assertSame(file: string, text: string | undefined): Promise<void> {
  if ((await readConfig(file)) === text) return
  throw new StorageError(
    `${file} was changed by another program at this moment, and was left as that program wrote it. Try again.`,
  )
}
