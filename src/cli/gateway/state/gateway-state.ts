/**
 * Which gateway runs: a file in the folder of the accounts that is true while somebody holds the lock beside it.
 *
 *     <base>/gateway.state.json   where the gateway is, and the key of its operator; only this user can read it
 *     <base>/gateway.lock         held by the process of the gateway as long as it lives, however it ends
 *
 * Names of accounts have no dot, so none of them can be one.
 *
 * @module
 */
import {rm} from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod/mini'
import {parseJson} from '../../../base/json-object.ts'
import {StorageError} from '../../../errors.ts'
import {withFileLock} from '../../../files/file-lock.ts'
import {readText} from '../../../files/read-file.ts'
import {writeFile} from '../../../files/write-file.ts'

const SCHEMA = z.object({
  /** For example `http://127.0.0.1:4319/`. */
  url: z.string(),
  pid: z.int(),
  /** Tells this process from a later one with the same number, where the system says so. */
  processStart: z.optional(z.string()),
  startedAtMs: z.number(),
  /** Opens the routes of the operator. */
  operatorKey: z.string(),
  version: z.string(),
})

/** A gateway that has begun to listen. */
export type GatewayState = z.infer<typeof SCHEMA>

/** How long the lock of a gateway that has ended may take to be had, in milliseconds. */
const LOCK_WAIT_MS = 3000

/** Reads which gateway has written itself down; it may have ended since. `undefined` when there is none. */
export async function readGatewayState(base: string): Promise<GatewayState | undefined> {
  const text = await readText(toStateFile(base))
  const parsed = SCHEMA.safeParse(parseJson(text ?? ''))
  return parsed.success ? parsed.data : undefined
}

/** Writes it down. The caller holds the lock. */
export async function writeGatewayState(base: string, state: GatewayState): Promise<void> {
  await writeFile(toStateFile(base), `${JSON.stringify(state, undefined, 2)}\n`)
}

/** Takes it away. The caller holds the lock. */
export async function removeGatewayState(base: string): Promise<void> {
  await rm(toStateFile(base), {force: true})
}

/**
 * Runs `task` as the one gateway of the folder.
 *
 * @returns `undefined`, without a run, when another process is the gateway.
 */
export async function asOnlyGateway<Result>(
  base: string,
  task: () => Promise<Result>,
): Promise<Result | undefined> {
  const run = {isBegun: false}
  try {
    return await withFileLock(
      path.join(base, 'gateway.lock'),
      () => {
        run.isBegun = true
        return task()
      },
      {timeoutMs: LOCK_WAIT_MS},
    )
  } catch (error) {
    if (run.isBegun || !(error instanceof StorageError) || !error.isHeld) {
      throw error
    }
    return undefined
  }
}

function toStateFile(base: string): string {
  return path.join(base, 'gateway.state.json')
}
