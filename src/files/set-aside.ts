/**
 * Keeping what is damaged, before it is overwritten.
 *
 * @module
 */
import {readdir} from 'node:fs/promises'
import path from 'node:path'
import {readBytes} from './read-file.ts'
import {toStorageError} from './storage-failure.ts'
import {writeFile} from './write-file.ts'

/** The most that is kept, in bytes: what is larger was never read, so it is not ours to replace. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Copies a damaged file to `<file>.corrupt-<epoch ms>`, unless there is a copy of the same content. The
 * caller holds the lock of the file.
 *
 * @returns The copy.
 * @throws {StorageError} There is no copy, so the file must not be overwritten.
 */
export async function setAside(file: string, nowMs: number): Promise<string> {
  try {
    const content = (await readBytes(file, {maxBytes: MAX_BYTES})) ?? Buffer.alloc(0)
    const prefix = `${path.basename(file)}.corrupt-`
    const names = (await readdir(path.dirname(file))).filter((name) => name.startsWith(prefix))
    const copies = names.map((name) => path.join(path.dirname(file), name))
    const contents = await Promise.all(
      copies.map((copy) => readBytes(copy, {maxBytes: MAX_BYTES}).catch(() => undefined)),
    )
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

/**
 * A name that nothing has yet: the one that is wanted, or with a number after it. The caller holds a lock under
 * which all such names are made.
 */
export async function findFreeName(wanted: string): Promise<string> {
  const taken = new Set(await readdir(path.dirname(wanted)))
  let name = path.basename(wanted)
  for (let number = 2; taken.has(name); number += 1) name = `${path.basename(wanted)}-${number}`
  return path.join(path.dirname(wanted), name)
}
