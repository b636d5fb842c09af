/**
 * What the Codex CLI wrote about a conversation: the one structured word that it leaves when it draws on the
 * terminal.
 *
 * @module
 */
import {readdir, stat} from 'node:fs/promises'
import path from 'node:path'
import {readText} from '../../files/read-file.ts'
import {
  parseJson,
  toJsonObject,
  toList,
  toNumber,
  toText,
  type JsonObject,
} from '../../http/json-object.ts'

/** What the last turn of a conversation came to. */
export interface SessionEnd {
  readonly isExhausted: boolean
  /** When the limit resets (milliseconds since the Unix epoch), if it says so. */
  readonly resetsAtMs: number | undefined
}

/** How much of the end of a file is read, in bytes. */
const TAIL_BYTES = 128 * 1024

/** How many of the newest days are looked at: a conversation may go on over midnight. */
const DAYS = 2

/**
 * Reads how the newest conversation ended that was written to since.
 *
 * @param home The CODEX_HOME.
 * @returns `undefined` when there was none.
 */
export async function readSessionEnd(
  home: string,
  sinceMs: number,
): Promise<SessionEnd | undefined> {
  const file = await findNewestSession(path.join(home, 'sessions'), sinceMs)
  if (file === undefined) return undefined
  const end = await readText(file, {maxBytes: TAIL_BYTES, onlyEnd: true}).catch(() => undefined)
  const text = end ?? ''
  const payloads = text
    .split('\n')
    .map((line) => toJsonObject(toJsonObject(parseJson(line))['payload']))
  return {isExhausted: isExhausted(payloads), resetsAtMs: findReset(payloads)}
}

function isExhausted(payloads: readonly JsonObject[]): boolean {
  const end = payloads.findLast(
    ({type}) => type === 'task_complete' || type === 'error' || type === 'turn_aborted',
  )
  const error = end?.['type'] === 'error' ? end : toJsonObject(end?.['error'])
  return toText(error['codex_error_info']) === 'usage_limit_exceeded'
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
async function findNewestSession(folder: string, sinceMs: number): Promise<string | undefined> {
  const days = await findDays([folder], 3)
  const files = (await Promise.all(days.map(list))).flat().filter((file) => file.endsWith('.jsonl'))
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
