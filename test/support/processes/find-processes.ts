import {readdirSync, readFileSync} from 'node:fs'

/** A process that runs. */
export interface FoundProcess {
  readonly pid: number
  /** The program and its arguments. */
  readonly command: string
}

/** Processes with something in their command, on Linux; elsewhere none. */
export function findProcesses(part: string): readonly FoundProcess[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({pid: Number(name), command: readCommand(name)}))
    .filter(({command}) => command.includes(part))
}

/** Nothing, when it has just ended. */
function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}
