/**
 * What runs of Claude Code keep in the folder of the accounts while they go on, and what killed ones have left there.
 *
 *     <base>/gateway.claude-<pid>-<random>.json   settings of one run, with its key; only this user can read it
 *
 * @module
 */
import {readdir, rm} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {hasErrorCode} from '../../../files/storage-failure.ts'
import type {Cli} from '../../cli.ts'
import {openKeyFile} from './open-key-file.ts'

/** One run. */
export interface RunMark {
  readonly pid: number
  readonly random: string
}

const KEY_NAME = /^claude-(\d+)-[\da-f]{8}$/
const SETTINGS_FILE = /^gateway\.claude-(\d+)-[\da-f]{8}\.json$/

/** How the key of a run is called. */
export function toKeyName({pid, random}: RunMark): string {
  return `claude-${pid}-${random}`
}

/** How the file of a run is called. */
export function toSettingsFile(mark: RunMark): string {
  return `gateway.${toKeyName(mark)}.json`
}

/** How many runs go on, by their keys. */
export async function countRuns(cli: Cli): Promise<number> {
  const keys = await openKeyFile(cli).list()
  return keys.filter(({name}) => isRunning(KEY_NAME.exec(name)?.[1])).length
}

/** Takes away what runs have left that were killed. */
export async function removeLeftovers(cli: Cli): Promise<void> {
  const {base} = cli.directories
  const keys = openKeyFile(cli)
  const dead = (await keys.list()).filter(({name}) => hasEnded(KEY_NAME.exec(name)?.[1]))
  if (dead.length > 0) await keys.remove(dead.map(({id}) => id))
  const files = await readdir(base).catch(() => [])
  for (const file of files) {
    if (hasEnded(SETTINGS_FILE.exec(file)?.[1])) await rm(path.join(base, file), {force: true})
  }
}

function hasEnded(pid: string | undefined): boolean {
  return pid !== undefined && !isRunning(pid)
}

function isRunning(pid: string | undefined): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(Number(pid), 0)
  } catch (error) {
    // It runs, and belongs to somebody else.
    return hasErrorCode(error, 'EPERM')
  }
}
