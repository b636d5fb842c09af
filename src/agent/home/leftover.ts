/**
 * Ending what a run has left running that was killed itself.
 *
 * @module
 */
import {rm} from 'node:fs/promises'
import path from 'node:path'
import {parseJson, toJsonObject, toNumber, toText} from '../../base/json-object.ts'
import {readText} from '../../files/read-file.ts'
import {writeFile} from '../../files/write-file.ts'
import {RUN_VARIABLE} from '../exec/agent-environment.ts'

/** Notes what runs, for as long as it does. */
export interface RunNote {
  /** Notes the process group of the CLI. Never rejects: the run is worth more than the note. */
  begin(pid: number): Promise<void>
  end(): Promise<void>
}

/** Creates the note of one run. */
export function createRunNote(codexHome: string, runId: string): RunNote {
  const file = toFile(codexHome)
  return {
    begin: (pid) => writeFile(file, JSON.stringify({pid, runId})).catch(nothing),
    end: () => rm(file, {force: true}).catch(nothing),
  }
}

/**
 * Ends the CLI of a run before, if its own program was killed and could not. The caller holds the lock of the home, so
 * no other run is under way. Only on Linux, where one can see that a process is that one and no other.
 *
 * @returns Whether there was one.
 */
export async function endLeftover(codexHome: string): Promise<boolean> {
  const file = toFile(codexHome)
  const note = toJsonObject(parseJson(await readText(file).catch(() => undefined)))
  const pid = toNumber(note['pid'])
  const runId = toText(note['runId'])
  if (pid === undefined || runId === undefined) return false
  const environ = await readText(`/proc/${pid}/environ`).catch(() => undefined)
  const isThat = environ?.split('\0').includes(`${RUN_VARIABLE}=${runId}`) ?? false
  if (isThat) killGroup(pid)
  await rm(file, {force: true}).catch(nothing)
  return isThat
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended.
  }
}

function toFile(codexHome: string): string {
  return path.join(codexHome, 'cao-agent-run.json')
}

function nothing(): void {}
