/**
 * The log of the gateway: a file of JSON lines that does not grow for ever, and that nothing stops when it fails.
 *
 * @module
 */
import {closeSync, fstatSync, openSync, renameSync, writeSync} from 'node:fs'
import {pino} from 'pino'
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

/** Opens the log. A disk that is full, or a folder that is gone, costs lines and no requests. */
export function createLogFile(file: string, {isDebug = false}: LogFileOptions = {}): FileLog {
  const lines = new LineFile(file)
  const log = pino({level: isDebug ? 'debug' : 'info', base: null}, lines)
  return {
    debug: (message, fields = {}) => log.debug(fields, message),
    info: (message, fields = {}) => log.info(fields, message),
    // What went wrong is not to be lost with the process.
    warn(message, fields = {}) {
      log.warn(fields, message)
      lines.flush()
    },
    error(message, fields = {}) {
      log.error(fields, message)
      lines.flush()
    },
    close: () => lines.close(),
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

  /** Called by the library for each line. */
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
