/**
 * What the Codex CLI wrote about a conversation: the one structured word that it leaves when it draws on the
 * terminal.
 *
 * @module
 */
import {readdir, stat} from 'node:fs/promises'
import path from 'node:path'
import {readText} from '../../../files/read-file.ts'
import {
  parseJson,
  toJsonObject,
  toList,
  toNumber,
  toText,
  type JsonObject,
} from '../../../base/json-object.ts'

/** What the last turn of a conversation came to. */
export interface SessionEnd {
  /**
   * - `exhausted`: the account has no quota, or no credits, or its plan has none.
   * - `unauthorized`: the login has ended.
   * - `unclear`: an error that the server has words for, or none.
   * - `other`: an error that says nothing about the account.
   */
  readonly kind: 'exhausted' | 'other' | 'unauthorized' | 'unclear'
  /** The CLI's own words about the error; empty without one. */
  readonly message: string
  /** When the limit resets (milliseconds since the Unix epoch), if it says so. */
  readonly resetsAtMs: number | undefined
}

/** How much of the end of a file is read, in bytes. */
const TAIL_BYTES = 128 * 1024

/** How many of the newest days are looked at: a conversation may go on over midnight. */
const DAYS = 2

/** What `codex_error_info` means; texts only, a record is an error of the connection (0.171.0). */
const KINDS: Readonly<Record<string, SessionEnd['kind']>> = {
  usage_limit_exceeded: 'exhausted',
  unauthorized: 'unauthorized',
  internal_server_error: 'unclear',
  other: 'unclear',
}

/**
 * Reads how the conversation ended that was written to since: the named one, else the newest.
 *
 * @param home The CODEX_HOME.
 * @returns `undefined` when there was none.
 */
export async function readSessionEnd(
  home: string,
  {sinceMs, id = ''}: {readonly sinceMs: number; readonly id?: string | undefined},
): Promise<SessionEnd | undefined> {
  const file = await findNewestSession(path.join(home, 'sessions'), {sinceMs, id})
  if (file === undefined) return undefined
  const end = await readText(file, {maxBytes: TAIL_BYTES, onlyEnd: true}).catch(() => undefined)
  const text = end ?? ''
  const payloads = text
    .split('\n')
    .map((line) => toJsonObject(toJsonObject(parseJson(line))['payload']))
  const error = findError(payloads)
  const info = toText(error['codex_error_info'])
  const kind = info === undefined ? 'unclear' : (KINDS[info] ?? 'other')
  return {kind, message: toText(error['message']) ?? '', resetsAtMs: findReset(payloads)}
}

function findError(payloads: readonly JsonObject[]): JsonObject {
  const end = payloads.findLast(
    ({type}) => type === 'task_complete' || type === 'error' || type === 'turn_aborted',
  )
  return end?.['type'] === 'error' ? end : toJsonObject(end?.['error'])
}

function findReset(payloads: readonly JsonObject[]): number | undefined {
  const limits = toJsonObject(
    payloads.findLast(({rate_limits: found}) => found !== undefined && found !== null)?.[
      'rate_limits'
    ],
  )
  const resets = [limits['primary'], limits['secondary']]
    .map(toJsonObject)
    .filter((window) => (toNumber(window['used_percent']) ?? 0) >= 100)
    .flatMap((window) => toNumber(window['resets_at']) ?? [])
  return resets.length > 0 ? Math.max(...resets) * 1000 : undefined
}

/** The files are in a folder for each day: `2026/11/21/rollout-….jsonl`. */
async function findNewestSession(
  folder: string,
  {sinceMs, id}: {readonly sinceMs: number; readonly id: string},
): Promise<string | undefined> {
  const days = await findDays([folder], 3)
  const isWanted = (file: string) => file.endsWith('.jsonl') && file.includes(id)
  const files = (await Promise.all(days.map(list))).flat().filter(isWanted)
  const found = await Promise.all(
    files.map(async (file) => ({file, timeMs: (await stat(file)).mtimeMs})),
  )
  const [newest] = found
    .filter(({timeMs}) => timeMs >= sinceMs)
    .toSorted((one, other) => other.timeMs - one.timeMs)
  return newest?.file
}

async function findDays(folders: readonly string[], levels: number): Promise<readonly string[]> {
  if (levels === 0) return folders
  const inside = await Promise.all(folders.map(list))
  return findDays(inside.flat().toSorted().slice(-DAYS), levels - 1)
}

async function list(folder: string): Promise<readonly string[]> {
  const names = toList(await readdir(folder).catch(() => []))
  return names.map((name) => path.join(folder, String(name)))
}
