/**
 * Logins in a file, for this user only. Several processes may share it.
 *
 * @module
 */
import path from 'node:path'
import * as z from 'zod/mini'
import {parseJson, toJsonObject, toList} from '../../base/json-object.ts'
import type {Clock} from '../../base/clock.ts'
import {withFileLock} from '../../files/file-lock.ts'
import {createPrivateFolder} from '../../files/private-folder.ts'
import {readText} from '../../files/read-file.ts'
import {writeFile} from '../../files/write-file.ts'
import {PROBLEM_CODES} from '../connector-error.ts'
import type {FlowStore, StoredFlow} from './flow-store.ts'

/** How long a login is remembered, in milliseconds. */
const KEEP_MS = 24 * 60 * 60_000

const STATUSES = [
  'cancelled',
  'expired',
  'failed',
  'interrupted',
  'pending',
  'simulated',
  'starting',
  'succeeded',
] as const

const storedFlow = z.object({
  id: z.string(),
  owner: z.string(),
  home: z.string(),
  status: z.enum(STATUSES),
  isSimulated: z.boolean(),
  version: z.number(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  problem: z.exactOptional(z.enum(PROBLEM_CODES)),
  account: z.exactOptional(
    z.object({
      email: z.exactOptional(z.string()),
      plan: z.exactOptional(z.string()),
      authRef: z.string(),
    }),
  ),
  process: z.object({id: z.number(), instance: z.string()}),
})

/** Where the file is, and the clock. */
export interface FileFlowStoreOptions {
  readonly file: string
  readonly now: Clock
}

/** Creates a store on a file with mode 0600 in a folder with mode 0700. Nothing is read or written yet. */
export function createFileFlowStore({file, now}: FileFlowStoreOptions): FlowStore {
  async function load(): Promise<readonly StoredFlow[]> {
    const entries = toList(toJsonObject(parseJson(await readText(file)))['flows'])
    return entries.flatMap((entry) => {
      const {data} = storedFlow.safeParse(entry)
      return data && now() - data.updatedAtMs < KEEP_MS ? [data] : []
    })
  }
  return {
    load,
    async save(changed) {
      await createPrivateFolder(path.dirname(file))
      await withFileLock(`${file}.lock`, async () => {
        const ids = new Set(changed.map(({id}) => id))
        const others = (await load()).filter(({id}) => !ids.has(id))
        const flows = [...others, ...changed.map((flow) => storedFlow.parse(flow))]
        await writeFile(file, `${JSON.stringify({flows}, undefined, 2)}\n`)
      })
    },
  }
}
