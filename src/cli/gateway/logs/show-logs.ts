/**
 * `cao gateway logs`
 *
 * @module
 */
import path from 'node:path'
import {delay} from '../../../base/delay.ts'
import {parseJson, toJsonObject, toNumber, toText} from '../../../base/json-object.ts'
import {readText} from '../../../files/read-file.ts'
import type {Cli} from '../../cli.ts'

/** Options of `cao gateway logs`. */
export interface LogsOptions {
  /** Default 50. */
  readonly lines?: number
  readonly follow?: boolean
  readonly json?: boolean
}

const DEFAULT_LINES = 50

/** As much of the end of the file as is read, in bytes. */
const MAX_BYTES = 8_000_000

/** Between two looks for more, in milliseconds. */
const LOOK_EVERY_MS = 500

/** Names of the levels, as the log numbers them. */
const LEVELS: ReadonlyMap<number, string> = new Map([
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
])

/** Shows the end of the log, and goes on with what comes where that is wanted. */
export async function showLogs(cli: Cli, options: LogsOptions): Promise<number> {
  const {directories, io} = cli
  const file = path.join(directories.base, 'gateway.log')
  const show = (line: string) => io.out(options.json === true ? line : toReadableLine(line))
  const before = await readLines(file)
  if (!before) io.err(`There is no log yet (${file}). \`cao gateway start\` begins one.`)
  for (const line of (before ?? []).slice(-(options.lines ?? DEFAULT_LINES))) show(line)
  let last = before?.at(-1)
  while (options.follow === true) {
    await delay(LOOK_EVERY_MS)
    const lines = (await readLines(file)) ?? []
    // Where the file was begun anew, all of it is new.
    const known = last === undefined ? -1 : lines.lastIndexOf(last)
    for (const line of lines.slice(known + 1)) show(line)
    last = lines.at(-1) ?? last
  }
  return before ? 0 : 1
}

async function readLines(file: string): Promise<readonly string[] | undefined> {
  const text = await readText(file, {maxBytes: MAX_BYTES, onlyEnd: true, isOurs: true})
  return text?.split('\n').filter((line) => line !== '')
}

/** Time, level, message and fields. A line that is none of ours is shown as it is. */
export function toReadableLine(line: string): string {
  const {level, time, msg, ...fields} = toJsonObject(parseJson(line))
  const message = toText(msg)
  if (message === undefined) return line
  const at = new Date(toNumber(time) ?? 0).toISOString()
  const texts = Object.entries(fields).map(([name, value]) => `${name}=${toShown(value)}`)
  return [at, LEVELS.get(toNumber(level) ?? 0) ?? 'info', message, ...texts].join(' ')
}

function toShown(value: unknown): string {
  return typeof value === 'string' && /^\S+$/.test(value) ? value : JSON.stringify(value)
}
