/**
 * Which provider users of the connector have chosen, in a file among the accounts.
 *
 * @module
 */
import path from 'node:path'
import {parseJson, toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import type {ProviderSettings} from '../../../connector/operations/connector-hooks.ts'
import {withFileLock} from '../../../files/file-lock.ts'
import {createPrivateFolder} from '../../../files/private-folder.ts'
import {readText} from '../../../files/read-file.ts'
import {writeFile} from '../../../files/write-file.ts'

/** What is kept of a choice. A page may send more, also an API key, which has no place in a file that anybody reads. */
const KEPT = ['provider_type', 'auth_mode', 'auth_ref', 'model'] as const

/** The longest value, in characters. */
const MAX_LENGTH = 200

/** The most users that are remembered; the one that has not chosen for longest is forgotten. */
const MAX_USERS = 200

/** Keeps choices for each user. Nothing is read or written yet. */
export function createProviderFile(base: string): ProviderSettings {
  const file = path.join(base, 'connector-providers.json')
  const load = async () => toJsonObject(parseJson(await readText(file)))
  return {
    read: async ({id}) => toJsonObject((await load())[id]),
    async save({id}, choice) {
      await createPrivateFolder(base)
      await withFileLock(`${file}.lock`, async () => {
        const {[id]: _before, ...others} = await load()
        const kept = [...Object.entries(others), [id, toKept(choice)]].slice(-MAX_USERS)
        await writeFile(file, `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`)
      })
    },
  }
}

function toKept(choice: JsonObject): JsonObject {
  const found = KEPT.map((name) => [name, toText(choice[name])] as const)
  return Object.fromEntries(
    found.filter(([, text]) => text !== undefined && text.length <= MAX_LENGTH),
  )
}
