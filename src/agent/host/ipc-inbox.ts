/**
 * The host's end of the files: an agent may put anything there.
 *
 * @module
 */
import {constants} from 'node:fs'
import {lstat, open, readdir, rename, rm} from 'node:fs/promises'
import path from 'node:path'
import {hasErrorCode} from '../../files/storage-failure.ts'
import {REPLIES, writeWhole, type IpcReply} from '../ipc/ipc-folder.ts'
import {IPC_KINDS, IpcFormatError, type IpcKind} from '../ipc/ipc-request.ts'
import {isGroupFolder} from '../protocol/group-folder.ts'
import {makeFolder} from '../../files/make-folder.ts'

/** The largest file that is read, in bytes. */
const MAX_BYTES = 1024 * 1024

/** An agent that writes a file in place is done by then, in milliseconds. */
const WRITING_MS = 2000

/** How many files are looked at in one go. */
const MAX_FILES = 500

/** Where bad files are kept, beside the folders of the groups. */
const ERRORS = 'errors'

/** A link is not followed, and a pipe not waited for. */
const READ_PLAINLY = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** A file of an agent. */
export interface IpcFile {
  /** The group, by the folder that the file is in. */
  readonly folder: string
  readonly kind: IpcKind
  readonly name: string
  readonly path: string
}

/** The folders of all groups: `<base>/<group>/messages/*.json` and so on. */
export class IpcInbox {
  readonly #base: string

  constructor(base: string) {
    this.#base = base
  }

  /** The folders of groups that there are. */
  async groups(): Promise<readonly string[]> {
    const names = await listNames(this.#base)
    return names.filter((name) => name !== ERRORS && isGroupFolder(name))
  }

  /** Files that are complete, oldest first: messages, then tasks. */
  async list(folder: string): Promise<readonly IpcFile[]> {
    const lists = await Promise.all(
      IPC_KINDS.map(async (kind) => {
        const place = path.join(this.#base, folder, kind)
        // A link would lead to the files of another group.
        const names = (await isRealFolder(place)) ? await listNames(place) : []
        return names
          .filter((name) => name.endsWith('.json'))
          .toSorted()
          .map((name) => ({folder, kind, name, path: path.join(place, name)}))
      }),
    )
    return lists.flat().slice(0, MAX_FILES)
  }

  /** Whether it is still there. */
  async has(key: string): Promise<boolean> {
    return lstat(path.join(this.#base, key)).then(
      () => true,
      () => false,
    )
  }

  /**
   * What is in a file.
   *
   * @param nowMs The time by the clock of the file system.
   * @returns `undefined` when it has just gone, or when its writer may not be done: its object has no end yet, and it was
   *   changed less than two seconds ago.
   * @throws {IpcFormatError} It is no regular file, or too large.
   */
  async read(file: IpcFile, nowMs: number): Promise<string | undefined> {
    try {
      const handle = await open(file.path, READ_PLAINLY)
      try {
        const stats = await handle.stat()
        // Another name of it could be a file of somebody else.
        if (!stats.isFile() || stats.nlink > 1) {
          throw new IpcFormatError('It is not a regular file.')
        }
        if (stats.size > MAX_BYTES) throw new IpcFormatError('It is larger than 1 MB.')
        const text = (await handle.readFile()).subarray(0, MAX_BYTES).toString()
        const isNew = Math.abs(nowMs - stats.mtimeMs) < WRITING_MS
        if (isNew && !text.trimEnd().endsWith('}')) return undefined
        return text.replace(/^\uFEFF/, '')
      } finally {
        await handle.close()
      }
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return undefined
      if (hasErrorCode(error, 'ELOOP', 'ENXIO', 'EISDIR', 'EACCES')) {
        throw new IpcFormatError('It is not a regular file that can be read.')
      }
      throw error
    }
  }

  /** Tells the agent what came of a file, under the same name. */
  async reply({folder, name}: IpcFile, reply: IpcReply): Promise<void> {
    const place = path.join(this.#base, folder, REPLIES)
    if (await isOtherThing(place)) return
    await writeWhole(place, {name, text: `${JSON.stringify(reply)}\n`, isLasting: false})
  }

  /** Writes what an agent reads, for example its tasks. */
  async publish(folder: string, name: string, value: unknown): Promise<void> {
    const text = `${JSON.stringify(value, undefined, 2)}\n`
    await writeWhole(path.join(this.#base, folder), {name, text, isLasting: false})
  }

  async remove({path: file}: IpcFile): Promise<void> {
    await rm(file, {recursive: true, force: true})
  }

  /** Keeps a bad file, and why it is one, where no agent sees it. */
  async setAside(file: IpcFile, reason: string): Promise<void> {
    const place = path.join(this.#base, ERRORS)
    await makeFolder(place, 0o700)
    const name = `${file.folder}-${file.name}`
    await rename(file.path, path.join(place, name)).catch((error: unknown) => {
      if (!hasErrorCode(error, 'ENOENT')) throw error
    })
    await writeWhole(place, {name: `${name}.reason.txt`, text: `${reason}\n`})
  }

  /** Replies that nobody has asked for in a day are taken away. */
  async sweepReplies(folder: string, beforeMs: number): Promise<void> {
    const place = path.join(this.#base, folder, REPLIES)
    if (!(await isRealFolder(place))) return
    for (const name of await listNames(place)) {
      const file = path.join(place, name)
      const stats = await lstat(file).catch(() => undefined)
      if (stats && stats.mtimeMs < beforeMs) await rm(file, {force: true})
    }
  }
}

/** How a file is called in the database. */
export function toFileKey({folder, kind, name}: IpcFile): string {
  return `${folder}/${kind}/${name}`
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return []
    throw error
  }
}

async function isRealFolder(place: string): Promise<boolean> {
  return lstat(place).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}

/** Whether there is something that is no folder. */
async function isOtherThing(place: string): Promise<boolean> {
  return lstat(place).then(
    (stats) => !stats.isDirectory(),
    () => false,
  )
}
