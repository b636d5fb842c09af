/**
 * Which program a name of an official CLI means: Codex, or Claude Code.
 *
 * @module
 */
import {constants} from 'node:fs'
import {access, open, realpath, stat} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {withinTime} from '../../files/within-time.ts'
import {readStarted} from '../codex-environment.ts'
import {findPrograms, isForShell} from './npm-package.ts'

/** The second line of the scripts of ours that stand before the CLI in the PATH. Earlier versions had it as well. */
export const SHIM_MARK = '# CAO GATEWAY SHIM'

/** How much of a program is looked at to tell whether it is a script that starts this program, in bytes. */
const LOOK_BYTES = 8192

/** A command of a script that starts this program again. */
const STARTS_US =
  /\b(?:cao|codex-account-orchestrator)(?:\.js)?["']?[ \t]{1,20}(?:[^\n#]{0,200}[ \t])?run\b/

/** Opening a pipe waits for nobody. Windows has no such flag. */
const READ_WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Where it is looked for. */
export interface FindProgramOptions {
  readonly env: NodeJS.ProcessEnv
  /** Default: the one this runs on. */
  readonly platform?: NodeJS.Platform
  /** How long the system may take for one file of the PATH, in milliseconds. Default 2,000. */
  readonly timeoutMs?: number
}

/** The program that was found. */
export interface ProgramPlace {
  readonly file: string
  /** Its real path, where it is a script that could lead anywhere. */
  readonly script?: string
}

/** What came of the search. */
export type ProgramSearch =
  | ({readonly kind: 'found'} & ProgramPlace)
  | {readonly kind: 'missing'}
  /** There are only programs that start this one again. */
  | {readonly kind: 'leads back'; readonly files: readonly string[]}

/** What one file is. */
type Look = ProgramPlace | 'leads back' | undefined

/**
 * Finds what a shell would start: a file with a folder in its name as it is, any other in the PATH. What leads back to
 * this program is passed over: a link to it, a script that starts it, whatever has just started it. So is a file that
 * the system does not answer for, as on a drive that is gone.
 */
export async function findProgram(
  named: string,
  options: FindProgramOptions,
): Promise<ProgramSearch> {
  const files: string[] = []
  for (const file of toCandidates(named, options)) {
    const look = await lookInTime(file, options)
    if (look === 'leads back') files.push(file)
    else if (look) return {kind: 'found', ...look}
  }
  return files.length === 0 ? {kind: 'missing'} : {kind: 'leads back', files}
}

/**
 * Finds a program for a server to start: without a shell, and never from the folder that it works in, which others may
 * write to. Behind what npm installs it is the program itself.
 *
 * @returns Its real path; `undefined` where there is none.
 */
export async function findServerProgram(
  named: string,
  options: FindProgramOptions,
): Promise<string | undefined> {
  const {platform = process.platform} = options
  for (const file of toCandidates(named, options)) {
    if (!isPath(named, platform) && !path.isAbsolute(file)) continue
    const look = await lookInTime(path.resolve(file), options)
    if (look === undefined || look === 'leads back') continue
    const program = await inTime(file, options, () => toProgram(look.file, platform))
    if (program !== undefined) return program
  }
  return undefined
}

/** The files that could be meant, in the order in which the system looks for them. */
export function toCandidates(
  named: string,
  {env, platform = process.platform}: FindProgramOptions,
): readonly string[] {
  const names = platform === 'win32' ? path.win32 : path.posix
  const extensions = platform === 'win32' && names.extname(named) === '' ? toExtensions(env) : ['']
  const search = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? ''
  const folders = search.split(names.delimiter).map((folder) => folder.replace(/^"(.*)"$/, '$1'))
  const files = isPath(named, platform)
    ? [named]
    : folders.map((folder) => names.join(folder === '' ? '.' : folder, named))
  return files.flatMap((file) => extensions.map((extension) => file + extension))
}

function isPath(named: string, platform: NodeJS.Platform): boolean {
  return named.includes('/') || (platform === 'win32' && named.includes('\\'))
}

function toExtensions(env: NodeJS.ProcessEnv): readonly string[] {
  return (env['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').toLowerCase().split(';').filter(Boolean)
}

/** What the system does not answer for in time is not there. */
async function inTime<Result>(
  file: string,
  {timeoutMs}: FindProgramOptions,
  call: () => Promise<Result>,
): Promise<Result | undefined> {
  return withinTime(file, call, timeoutMs).catch(() => undefined)
}

async function lookInTime(file: string, options: FindProgramOptions): Promise<Look> {
  const {env, platform = process.platform} = options
  return inTime(file, options, async () =>
    (await isProgram(file, platform)) ? lookAt(file, env) : undefined,
  )
}

async function isProgram(file: string, platform: NodeJS.Platform): Promise<boolean> {
  try {
    if (platform !== 'win32') await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}

async function lookAt(file: string, env: NodeJS.ProcessEnv): Promise<Look> {
  const [real = file, self] = await Promise.all([file, process.argv[1] ?? ''].map(toRealPath))
  if (real === self || path.basename(real) === 'cao.js') return 'leads back'
  const beginning = await readBeginning(file)
  if (beginning.split('\n', 2)[1] === SHIM_MARK) return 'leads back'
  const isPackage = /@openai[\\/]codex/.test(`${real}\n${beginning}`)
  if (isPackage || beginning.includes('\0')) return {file}
  const isBack = STARTS_US.test(beginning) || readStarted(env).includes(real)
  return isBack ? 'leads back' : {file, script: real}
}

/** What can be started without a shell. */
async function toProgram(file: string, platform: NodeJS.Platform): Promise<string | undefined> {
  const real = await toRealPath(file)
  for (const program of await findPrograms(real, platform)) {
    if (await isProgram(program, platform)) return program
  }
  return isForShell(real) ? undefined : real
}

async function toRealPath(file: string): Promise<string> {
  return realpath(file).catch(() => file)
}

async function readBeginning(file: string): Promise<string> {
  const handle = await open(file, READ_WITHOUT_WAITING).catch(() => undefined)
  if (!handle) return ''
  try {
    const {bytesRead, buffer} = await handle.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
