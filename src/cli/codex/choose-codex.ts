/**
 * The Codex CLI that a command starts.
 *
 * @module
 */
import {
  findProgram,
  type ProgramPlace,
  type FindProgramOptions,
} from '../../codex/cli/find-program.ts'
import {CommandError} from '../report-error.ts'

const HINT =
  'Name the real one with --codex <path>, or install it with npm install -g @openai/codex.'

/**
 * Chooses what a shell would start, unless that leads back to this program.
 *
 * @returns As it was named, where there is none: starting it says why.
 * @throws {CommandError} There are only programs that lead back here.
 */
export async function chooseCodex(
  named: string,
  options: FindProgramOptions,
): Promise<ProgramPlace> {
  const found = await findProgram(named, options)
  if (found.kind === 'missing') return {file: named}
  if (found.kind === 'found') return found
  const files = found.files.join(' and ')
  throw new CommandError(`${files} would start cao again, and there is no other Codex CLI.`, {
    hint: HINT,
  })
}
