/**
 * The Codex CLI that an agent starts.
 *
 * @module
 */
import process from 'node:process'
import {findServerProgram} from '../../codex/cli/find-program.ts'
import {AgentError} from '../agent-error.ts'

/** How long the system may take for one file, in milliseconds: with 50 agents at once on two cores, two seconds were too few. */
const TIMEOUT_MS = 15_000

/** A program and what comes before its own arguments. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
}

/**
 * Finds the CLI: the file that is named, or the first one of that name in the PATH. A script for Node is started with
 * this Node, so that no other one has to be in the PATH.
 *
 * @throws {AgentError} `cli_missing`.
 */
export async function findCodexCommand(named: string, env: NodeJS.ProcessEnv): Promise<Command> {
  const file = await findServerProgram(named, {env, timeoutMs: TIMEOUT_MS})
  if (file !== undefined) {
    return file.endsWith('.js') ? {file: process.execPath, args: [file]} : {file, args: []}
  }
  throw new AgentError(
    'cli_missing',
    'The Codex CLI is not installed where this group runs. Add it to the image: npm install -g @openai/codex.',
  )
}
