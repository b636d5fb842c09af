/**
 * The log of the gateway: a file of JSON lines that does not grow for ever, and that nothing stops when it fails.
 *
 * @module
 */
import {closeSync, fstatSync, openSync, renameSync, writeSync} from 'node:fs'
import type {Log} from '../../base/log.ts'
import {gatherLines} from './gather-lines.ts'

/** When the file is begun anew, in bytes. The one before is kept beside it, so there is twice as much at most. */
const MAX_BYTES = 8_000_000

/** A log with a file. */
export interface FileLog extends Log {
  close(): void
}

/** How much is written. */
export interface LogFileOptions {
  /** Whether it says what was changed of each request as well. Default no. */
  readonly isDebug?: boolean
}

/** How loud a line is, as the usual programs that show such logs read it. */
const LEVELS = {debug: 20, info: 30, warn: 40, error: 50} as const

/** Opens the log. A disk that is full, or a folder that is gone, costs lines and no requests. */
export function createLogFile(file: string, {isDebug = false}: LogFileOptions = {}): FileLog {
  const lines = new LineFile(file)
  const toWriter = (level: keyof typeof LEVELS, isUrgent: boolean) => {
    const write: Log['info'] = (message, fields) => {
      lines.write(toLine(LEVELS[level], message, fields))
      // What went wrong is not to be lost with the process.
      if (isUrgent) lines.flush()
    }
    return write
  }
  return {
    debug: isDebug ? toWriter('debug', false) : () => {},
    info: toWriter('info', false),
    warn: toWriter('warn', true),
    error: toWriter('error', true),
    close: () => lines.close(),
  }
}

function toLine(level: number, msg: string, fields: Parameters<Log['info']>[1]): string {
  const time = Date.now()
  try {
    return `${JSON.stringify({level, time, ...fields, msg})}\n`
  } catch {
    return `${JSON.stringify({level, time, msg})}\n`
  }
}

/** Only this user reads it. */
class LineFile {
  readonly #file: string
  #descriptor: number | undefined
  #bytes = 0
  readonly #gathered = gatherLines((lines) => this.#append(lines.join('')))

  constructor(file: string) {
    this.#file = file
    this.#open()
  }

  write(line: string): void {
    this.#gathered.add(line)
  }

  flush(): void {
    this.#gathered.flush()
  }

  close(): void {
    this.flush()
    this.#close()
  }

  #append(text: string): void {
    try {
      if (this.#bytes > MAX_BYTES) this.#beginAnew()
      if (this.#descriptor === undefined) this.#open()
      if (this.#descriptor !== undefined) this.#bytes += writeSync(this.#descriptor, text)
    } catch {
      // The lines are lost; the requests that they are about are not.
      this.#close()
    }
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #open(): void {
    try {
      this.#descriptor = openSync(this.#file, 'a', 0o600)
      this.#bytes = fstatSync(this.#descriptor).size
    } catch {
      this.#descriptor = undefined
    }
  }

  #beginAnew(): void {
    this.#close()
    renameSync(this.#file, `${this.#file}.1`)
  }
}
