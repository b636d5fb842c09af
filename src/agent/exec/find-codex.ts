/**
 * Where the Codex CLI is.
 *
 * @module
 */
import {constants} from 'node:fs'
import {access, realpath} from 'node:fs/promises'
import path from 'node:path'
import {AgentError} from '../agent-error.ts'

/** A program and what comes before its own arguments. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/**
 * Finds the CLI: the file that is named, or the first one of that name in the PATH. Behind the script that npm makes, it
 * is started with this Node, so that no other one has to be in the PATH.
 *
 * @throws {AgentError} `cli_missing`.
 */
export async function findCodexCommand(named: string, env: NodeJS.ProcessEnv): Promise<Command> {
  const folders = named.includes('/') ? [''] : (env['PATH'] ?? '').split(path.delimiter)
  for (const folder of folders) {
    const file = folder === '' ? path.resolve(named) : path.join(folder, named)
    if (!(await isProgram(file))) continue
    const real = await realpath(file)
    return real.endsWith('.js') ? {file: process.execPath, args: [real]} : {file: real, args: []}
  }
  throw new AgentError(
    'cli_missing',
    'The Codex CLI is not installed where this group runs. Add it to the image: npm install -g @openai/codex.',
  )
}

async function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}
