/**
 * The agent's end of the files: writing requests, and reading what came of them.
 *
 * @module
 */
import {randomInt} from 'node:crypto'
import {open, rename, rm} from 'node:fs/promises'
import path from 'node:path'
import type {Clock} from '../../base/clock.ts'
import {isJsonObject, parseJson, toText} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import {readText} from '../../files/read-file.ts'
import {toStorageError} from '../../files/storage-failure.ts'
import type {IpcKind} from './ipc-request.ts'
import {makeFolder} from '../../files/make-folder.ts'

/** Where the host leaves what came of a request, beside the folders that the agent writes to. */
export const REPLIES = 'replies'

/** What came of a request. */
export interface IpcReply {
  readonly ok: boolean
  /** Of a task that was planned or changed. */
  readonly taskId?: string
  /** When a task runs next, as ISO. */
  readonly nextRun?: string
  /** Why it was refused. */
  readonly error?: string
}

/** The other ways for an agent to reach its host speak this as well. */
export interface IpcChannel {
  /** Sends a request. @returns Its id. */
  send(kind: IpcKind, request: object): Promise<string>
  /** What came of it; `undefined` as long as the host has not answered. */
  reply(id: string): Promise<IpcReply | undefined>
}

/** Options of {@link createIpcFolder}. */
export interface IpcFolderOptions {
  readonly folder: string
  readonly now: Clock
}

/** Requests as files: `<milliseconds>-<6 letters or digits>.json`, in the order in which they were sent. */
export function createIpcFolder({folder, now}: IpcFolderOptions): IpcChannel {
  let lastMs = 0
  return {
    async send(kind, request) {
      // Two of one moment would come in any order.
      lastMs = Math.max(now(), lastMs + 1)
      const name = `${lastMs}-${randomInt(36 ** 6)
        .toString(36)
        .padStart(6, '0')}.json`
      await writeWhole(path.join(folder, kind), {name, text: `${JSON.stringify(request)}\n`})
      return name
    },
    async reply(id) {
      const text = await readText(path.join(folder, REPLIES, id))
      return text === undefined ? undefined : parseReply(text)
    },
  }
}

/** A file to write. */
export interface WholeFile {
  readonly name: string
  readonly text: string
  /** Whether it is on the disk when the call returns, so that it survives a power cut. Default yes. */
  readonly isLasting?: boolean
}

/**
 * Writes a file that nobody sees before it is whole. The host may be another user, so it can be read by all who can open
 * the folder.
 *
 * @throws {StorageError} It could not be written.
 */
export async function writeWhole(
  folder: string,
  {isLasting = true, name, text}: WholeFile,
): Promise<void> {
  const file = path.join(folder, name)
  const temporary = `${file}.tmp`
  try {
    await makeFolder(folder)
    const handle = await open(temporary, 'w', 0o644)
    try {
      await handle.writeFile(text)
      if (isLasting) await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, {force: true}).catch(() => undefined)
    throw toStorageError(file, error)
  }
}

function parseReply(text: string): IpcReply | undefined {
  const reply = parseJson(text)
  if (!isJsonObject(reply)) return undefined
  return withoutUndefined({
    ok: reply['ok'] === true,
    taskId: toText(reply['taskId']),
    nextRun: toText(reply['nextRun']),
    error: toText(reply['error']),
  })
}
