/**
 * Running a program to its end, or to the end of our patience.
 *
 * @module
 */
import {spawn, type ChildProcess} from 'node:child_process'

/** How long a program that was asked to end may take for it, in milliseconds. */
const GRACE_MS = 3000

/** How long its pipes may stay open after a program has ended, twice, in milliseconds. */
const PIPES_MS = 500

/** The most that is kept of what a program says beside its output, in characters: the end counts. */
const MAX_TAIL = 64 * 1024

/** How a program is run. */
export interface ProgramOptions {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** All that is on standard input. A function is asked for it once the program has been started. Must not throw. */
  readonly input: string | (() => string)
  /** The longest that it may take, in milliseconds. */
  readonly timeoutMs: number
  /** The longest that it may say nothing, in milliseconds. Default: as long as it may take. */
  readonly idleMs?: number
  /** The most that it may print, in bytes. */
  readonly maxOutputBytes: number
  /** Told what comes on standard output. */
  readonly onOutput: (text: string) => void
  /** Told of the process when it runs. */
  readonly onStart?: (pid: number) => void
  readonly signal?: AbortSignal
  /** Whether the program gets a process group of its own, which ends with it. Default yes. */
  readonly isApart?: boolean
}

/** Why we ended a program. */
export type StopReason = 'aborted' | 'idle' | 'output' | 'timeout'

/** How a program ended. */
export interface ProgramEnd {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stoppedBy: StopReason | undefined
  /** The end of what it said on standard error. */
  readonly errorTail: string
}

/**
 * Runs a program. It and all that it has started end when it takes too long, says nothing for too long, or prints too
 * much: first they are asked to, then they are made to.
 *
 * @throws The error of the system, when the program cannot be started.
 */
export function runProgram(file: string, options: ProgramOptions): Promise<ProgramEnd> {
  const {args, cwd, env, input, isApart = true} = options
  const child = spawn(file, args, {cwd, env, stdio: 'pipe', detached: isApart})
  const stop = createStop(child, isApart)
  const patience = createPatience(options, stop)
  const stopped = () => stop('aborted')
  options.signal?.addEventListener('abort', stopped)
  if (options.signal?.aborted) stopped()
  let errorTail = ''
  let bytes = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    patience.renew()
    bytes += Buffer.byteLength(text)
    if (bytes > options.maxOutputBytes) stop('output')
    else options.onOutput(text)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    patience.renew()
    errorTail = (errorTail + text).slice(-MAX_TAIL)
  })
  // A program that does not read all of it says by its end what it thinks of it.
  child.stdin.on('error', () => undefined).end(typeof input === 'string' ? input : input())
  if (child.pid !== undefined) options.onStart?.(child.pid)
  let pipes: NodeJS.Timeout | undefined
  return new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', reject)
    // What it has left running could hold its pipes open for ever, in a session of its own even after this.
    child.once('exit', () => {
      killGroup(child, 'SIGKILL', isApart)
      const close = () => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy())
      // Twice, so that what is in the pipes is read in between, however busy we were.
      pipes = setTimeout(() => (pipes = setTimeout(close, PIPES_MS)), PIPES_MS)
    })
    child.once('close', (exitCode, signal) => {
      resolve({exitCode, signal, stoppedBy: stop.reason(), errorTail})
    })
  }).finally(() => {
    patience.end()
    stop.end()
    clearTimeout(pipes)
    options.signal?.removeEventListener('abort', stopped)
  })
}

function createPatience(options: ProgramOptions, stop: (reason: StopReason) => void) {
  const {idleMs = options.timeoutMs, timeoutMs} = options
  const whole = setTimeout(() => stop('timeout'), timeoutMs)
  const idle = setTimeout(() => stop('idle'), idleMs)
  return {
    renew: () => void idle.refresh(),
    end() {
      clearTimeout(whole)
      clearTimeout(idle)
    },
  }
}

function createStop(child: ChildProcess, isApart: boolean) {
  let why: StopReason | undefined
  let timer: NodeJS.Timeout | undefined
  const stop = (reason: StopReason) => {
    if (why !== undefined) return
    why = reason
    killGroup(child, 'SIGTERM', isApart)
    timer = setTimeout(() => killGroup(child, 'SIGKILL', isApart), GRACE_MS)
  }
  return Object.assign(stop, {
    reason: () => why,
    end: () => clearTimeout(timer),
  })
}

/** Ends a program with all that it has started. */
function killGroup({pid, ...child}: ChildProcess, signal: NodeJS.Signals, isApart: boolean): void {
  if (pid === undefined) return
  try {
    if (isApart && process.platform !== 'win32') process.kill(-pid, signal)
    else if (child.exitCode === null) process.kill(pid, signal)
  } catch {
    // It has ended already.
  }
}
