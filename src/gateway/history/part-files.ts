/**
 * The files of the history: parts of a day, each with its sums beside it once it is complete.
 *
 * @module
 */
import {readdir, rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {hasErrorCode, toStorageError} from '../../files/storage-failure.ts'

const PART = /^(\d{4}-\d\d-\d\d)\.(\d{4,})\.jsonl$/

const ROLL_UP = /^(\d{4}-\d\d-\d\d)\.\d{4,}\.sums\.json$/

const DAY_MS = 86_400_000

/** One part: some requests of one day. */
export interface Part {
  readonly file: string
  /** Where its sums are, once it is complete. */
  readonly rollUpFile: string
  readonly bytes: number
}

/** How long and how much is kept. */
export interface Retention {
  /** Days that single requests are kept. */
  readonly days: number
  /** Days that sums are kept. */
  readonly rollUpDays: number
  /** The most that single requests may take on the disk, in bytes; the oldest go first. */
  readonly maxBytes: number
}

/** Where the history of a gateway is. */
export function toHistoryFolder(base: string): string {
  return path.join(base, 'gateway-history')
}

/** What is in the folder, oldest first; nothing when there is no folder. */
export async function listParts(folder: string): Promise<readonly Part[]> {
  const names = (await readNames(folder)).filter((name) => PART.test(name)).toSorted()
  const parts = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name)
      // Another program may have removed it in between.
      const {size: bytes} = await stat(file).catch(() => ({size: 0}))
      return {file, rollUpFile: toRollUpFile(file), bytes}
    }),
  )
  return parts
}

/** The sums that are there, oldest first, also those of parts that are gone. */
export async function listRollUps(folder: string): Promise<readonly string[]> {
  const names = (await readNames(folder)).filter((name) => ROLL_UP.test(name)).toSorted()
  return names.map((name) => path.join(folder, name))
}

/** Where the sums of a part are. */
export function toRollUpFile(file: string): string {
  return file.replace(/\.jsonl$/, '.sums.json')
}

/** The day that a time belongs to, as the names of files say it. */
export function toDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

/** A name for a part that begins now, behind those that are there. */
export async function findNextPart(folder: string, nowMs: number): Promise<string> {
  const day = toDay(nowMs)
  const numbers = (await readNames(folder))
    .map((name) => PART.exec(name))
    .filter((match) => match?.[1] === day)
    .map((match) => Number(match?.[2]))
  return path.join(folder, `${day}.${`${Math.max(0, ...numbers) + 1}`.padStart(4, '0')}.jsonl`)
}

/**
 * Removes what is no longer kept.
 *
 * @throws {StorageError} The folder cannot be read.
 */
export async function applyRetention(
  folder: string,
  {days, maxBytes, rollUpDays}: Retention,
  nowMs: number,
): Promise<void> {
  const parts = await listParts(folder)
  const firstDay = toDay(nowMs - days * DAY_MS)
  let bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  for (const part of parts) {
    if (path.basename(part.file) >= firstDay && bytes <= maxBytes) break
    bytes -= part.bytes
    await rm(part.file, {force: true})
  }
  const firstRollUpDay = toDay(nowMs - rollUpDays * DAY_MS)
  for (const file of await listRollUps(folder)) {
    if (path.basename(file) >= firstRollUpDay) break
    await rm(file, {force: true})
  }
}

async function readNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return []
    throw toStorageError(folder, error)
  }
}
