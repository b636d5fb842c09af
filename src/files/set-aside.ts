/**
 * Keeping what is damaged, before it is overwritten.
 *
 * @module
 */
import {readdir, readFile} from 'node:fs/promises'
import path from 'node:path'
import {toStorageError} from './storage-failure.ts'
import {writeFile} from './write-file.ts'

/**
 * Copies a damaged file to `<file>.corrupt-<epoch ms>`, unless there is a copy of the same content. The
 * caller holds the lock of the file.
 *
 * @returns The copy.
 * @throws {StorageError} There is no copy, so the file must not be overwritten.
 */
export async function setAside(file: string, nowMs: number): Promise<string> {
  try {
    const content = await readFile(file)
    const prefix = `${path.basename(file)}.corrupt-`
    const names = (await readdir(path.dirname(file))).filter((name) => name.startsWith(prefix))
    const copies = names.map((name) => path.join(path.dirname(file), name))
    const contents = await Promise.all(copies.map((copy) => readFile(copy)))
    const same = copies.find((_, index) => contents[index]?.equals(content))
    if (same !== undefined) return same
    const copy = toFreeName(file, {nowMs, copies})
    await writeFile(copy, content)
    return copy
  } catch (error) {
    throw toStorageError(file, error)
  }
}

function toFreeName(
  file: string,
  {nowMs, copies}: {readonly nowMs: number; readonly copies: readonly string[]},
): string {
  const copy = `${file}.corrupt-${nowMs}`
  return copies.includes(copy) ? toFreeName(file, {nowMs: nowMs + 1, copies}) : copy
}
