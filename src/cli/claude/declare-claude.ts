/**
 * The declaration of `cao claude`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'
import type {ClaudeOptions} from './run-claude.ts'

const EXAMPLES = `
Examples:
  $ cao claude
  $ cao claude --model gpt-5.5-high
  $ cao claude -- -p "summarize README"
`

/** Adds the command to the program. */
export function declareClaude(program: Command, run: Run): void {
  program
    .command('claude [claudeArgs...]')
    .usage('[options] [-- arguments of Claude Code]')
    .description('run Claude Code with the models of your accounts, through the gateway')
    .option('--model <id>', "the model (default: OpenAI's default of your accounts)")
    .option('--small-model <id>', 'the model for small tasks (default: a small one)')
    .option('--claude <path>', 'Claude Code', 'claude')
    .addHelpText('after', EXAMPLES)
    .action((args: string[], options: ClaudeOptions, command: Command) =>
      run(command, async (cli) => (await import('./run-claude.ts')).runClaude(cli, args, options)),
    )
}
