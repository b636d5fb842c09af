/**
 * `registered_groups.json`: the groups of a host.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import {
  isJsonObject,
  parseJson,
  toJsonObject,
  toText,
  type JsonObject,
} from '../../base/json-object.ts'
import {StorageError} from '../../errors.ts'
import {withFileLock} from '../../files/file-lock.ts'
import {readText} from '../../files/read-file.ts'
import {setAside} from '../../files/set-aside.ts'
import {writeFile} from '../../files/write-file.ts'
import type {RegisterRequest} from '../ipc/ipc-request.ts'
import {mergeGroup} from '../protocol/provider.ts'
import {isGroupFolder} from '../protocol/group-folder.ts'
import type {HostGroup} from './authorize.ts'

/** The groups in a file. */
export interface GroupFile {
  /** @throws {StorageError} The file cannot be read, and never could. */
  list(): Promise<readonly HostGroup[]>
  /**
   * The record of a group; an empty one when there is none.
   *
   * @throws {StorageError} The file cannot be read, and never could.
   */
  find(folder: string): Promise<JsonObject>
  /** Adds a group, or changes one. What the request does not name stays. */
  register(request: RegisterRequest): Promise<void>
}

/** Fields of a registration that are its own, and none of the group. */
const OWN = ['type', 'jid', 'timestamp']

/**
 * Creates the reader and writer of a file, which need not be there. A damaged one is kept before it is replaced. Some hosts do not write
 * it in one step: when it cannot be read, it is what it was before.
 */
export function createGroupFile(file: string, now: Clock): GroupFile {
  let known: JsonObject | undefined
  const read = async () => {
    const text = await readText(file)
    const groups = text === undefined ? {} : parseJson(text)
    if (isJsonObject(groups)) known = groups
    if (!known) throw new StorageError(`${file} is no JSON object. Correct it, or delete it.`)
    return known
  }
  return {
    async list() {
      return Object.entries(await read()).flatMap(([jid, record]) => {
        const {folder, name} = toJsonObject(record)
        return isGroupFolder(folder) ? [{jid, folder, name: toText(name) ?? folder}] : []
      })
    },
    async find(folder) {
      const records = Object.values(await read()).map(toJsonObject)
      return records.find((record) => record['folder'] === folder) ?? {}
    },
    async register({jid, record}) {
      await withFileLock(`${file}.lock`, async () => {
        const text = await readText(file)
        if (text !== undefined && !isJsonObject(parseJson(text))) await setAside(file, now())
        const groups = new Map(Object.entries(toJsonObject(parseJson(text))))
        const fields = Object.entries(record).filter(([name]) => !OWN.includes(name))
        const added = {added_at: new Date(now()).toISOString()}
        const before = groups.get(jid) ?? added
        groups.set(jid, mergeGroup(before, Object.fromEntries(fields)))
        await writeFile(file, `${JSON.stringify(Object.fromEntries(groups), undefined, 2)}\n`)
      })
    },
  }
}
