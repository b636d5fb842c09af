/**
 * Which program is the Codex CLI, and how it is started.
 *
 * @module
 */
import {constants} from 'node:fs'
import {access, open, realpath, stat} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {SHIM_MARK} from '../../gateway/codex-config/shim.ts'
import {CommandError} from '../report-error.ts'
import {readStarted} from '../../codex/codex-environment.ts'

/** How much of a program is looked at to tell whether it is a script that starts this program, in bytes. */
const LOOK_BYTES = 8192

/** A command of a script that starts this program again. */
const STARTS_US =
  /\b(?:cao|codex-account-orchestrator)(?:\.js)?["']?[ \t]{1,20}(?:[^\n#]{0,200}[ \t])?run\b/

const HINT =
  'Name the real one with --codex <path>, or install it with npm install -g @openai/codex.'

/** The program that was found. */
export interface CodexPlace {
  readonly file: string
  /** Its real path, where it is a script that could lead anywhere. */
  readonly script?: string
}

/** Where {@link findCodex} looks. */
export interface FindCodexOptions {
  readonly env: NodeJS.ProcessEnv
  /** Default: the one this runs on. */
  readonly platform?: NodeJS.Platform
}

/**
 * Finds the program: one with a folder in its name as it is, any other in the PATH. What leads back to this
 * program is passed over: a link to it, a script that starts it, whatever has just started it.
 *
 * @returns As it was named, where there is none: starting it says why.
 * @throws {CommandError} There are only programs that lead back here.
 */
export async function findCodex(
  named: string,
  {env, platform = process.platform}: FindCodexOptions,
): Promise<CodexPlace> {
  const ours: string[] = []
  for (const file of toCandidates(named, env, platform)) {
    if (!(await isProgram(file, platform))) continue
    const place = await lookAt(file, env)
    if (place) return place
    ours.push(file)
  }
  if (ours.length === 0) return {file: named}
  throw new CommandError(
    `${ours.join(' and ')} would start cao again, and there is no other Codex CLI.`,
    {
      hint: HINT,
    },
  )
}

/** The files that could be meant, in the order in which the system looks for them. */
export function toCandidates(
  named: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): readonly string[] {
  const names = platform === 'win32' ? path.win32 : path.posix
  const extensions = platform === 'win32' && names.extname(named) === '' ? toExtensions(env) : ['']
  const isPath = named.includes('/') || (platform === 'win32' && named.includes('\\'))
  const search = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? ''
  const folders = search.split(names.delimiter).map((folder) => folder.replace(/^"(.*)"$/, '$1'))
  const files = isPath
    ? [named]
    : folders.map((folder) => names.join(folder === '' ? '.' : folder, named))
  return files.flatMap((file) => extensions.map((extension) => file + extension))
}

function toExtensions(env: NodeJS.ProcessEnv): readonly string[] {
  return (env['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').toLowerCase().split(';').filter(Boolean)
}

async function isProgram(file: string, platform: NodeJS.Platform): Promise<boolean> {
  try {
    if (platform !== 'win32') await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}

/** The program, unless it leads back to this one. */
async function lookAt(file: string, env: NodeJS.ProcessEnv): Promise<CodexPlace | undefined> {
  const [real = file, self] = await Promise.all([file, process.argv[1] ?? ''].map(toRealPath))
  if (real === self || path.basename(real) === 'cao.js') return undefined
  const beginning = await readBeginning(file)
  if (beginning.split('\n', 2)[1] === SHIM_MARK) return undefined
  const isPackage = /@openai[\\/]codex/.test(`${real}\n${beginning}`)
  if (isPackage || beginning.includes('\0')) return {file}
  const isBack = STARTS_US.test(beginning) || readStarted(env).includes(real)
  return isBack ? undefined : {file, script: real}
}

async function toRealPath(file: string): Promise<string> {
  return realpath(file).catch(() => file)
}

async function readBeginning(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined)
  if (!handle) return ''
  try {
    const {bytesRead, buffer} = await handle.read(Buffer.alloc(LOOK_BYTES), 0, LOOK_BYTES, 0)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
