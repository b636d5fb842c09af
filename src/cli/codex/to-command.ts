/**
 * A program and its arguments, as the system can start them.
 *
 * @module
 */
import {access} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {toScriptBeside} from '../../codex/cli/npm-package.ts'
import {CommandError} from '../report-error.ts'

/** What `spawn` is to be called with. */
export interface SystemCommand {
  readonly file: string
  readonly args: readonly string[]
  /** Whether the arguments are quoted already. */
  readonly windowsVerbatimArguments?: true
}

/** Where the command is to run. */
export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv
  /** Default: the one this runs on. */
  readonly platform?: NodeJS.Platform
  /** Whether there is such a file. Default: asks the system. */
  readonly exists?: (file: string) => Promise<boolean>
}

/** What `cmd.exe` would take for more than a character. */
const SPECIAL = /[()\][%!^"`<>&|;, *?]/g

/**
 * Windows starts no batch file without `cmd.exe`, which reads arguments in its own way: behind the batch file
 * that npm makes, the program itself is started; for any other, everything is quoted twice, as it is read twice.
 *
 * @throws {CommandError} An argument holds a line break, which ends a command of `cmd.exe`.
 * @see {@link https://flatt.tech/research/posts/batbadbut-you-cant-securely-execute-commands-on-windows/}
 */
export async function toCommand(
  file: string,
  args: readonly string[],
  {env, platform = process.platform, exists = isThere}: CommandOptions,
): Promise<SystemCommand> {
  if (platform !== 'win32' || !/\.(?:cmd|bat)$/i.test(file)) return {file, args}
  const entry = toScriptBeside(file)
  if (await exists(entry)) return {file: process.execPath, args: [entry, ...args]}
  if (args.some((arg) => /[\r\n]/.test(arg))) {
    throw new CommandError(
      `${file} is a batch file, and those take no argument with a line break.`,
      {
        hint: 'Send the prompt on standard input, or name codex.exe with --codex <path>.',
      },
    )
  }
  const line = [escape(path.win32.normalize(file)), ...args.map(quote)].join(' ')
  const shell = env['ComSpec'] ?? env['COMSPEC'] ?? 'cmd.exe'
  return {file: shell, args: ['/d', '/s', '/c', `"${line}"`], windowsVerbatimArguments: true}
}

function quote(arg: string): string {
  // Backslashes count only before a quotation mark.
  const inner = arg.replace(/(?<!\\)(\\*)"/g, String.raw`$1$1\"`).replace(/(?<!\\)\\+$/, '$&$&')
  return escape(escape(`"${inner}"`))
}

function escape(text: string): string {
  return text.replace(SPECIAL, '^$&')
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
