/**
 * The declaration of `cao run`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'
import {createNumberOption} from '../number-option.ts'
import type {RunOptions} from './run.ts'

const EXAMPLES = `
Examples:
  $ cao run
  $ cao run -- exec "summarize README"
  $ cao run --max-passes 3 --retry-delay 60 -- exec --json "fix the build" < notes.md
`

/** Adds the command to the program. */
export function declareRun(program: Command, run: Run): void {
  program
    .command('run [codexArgs...]')
    .usage('[options] [-- codex arguments]')
    .description('run the Codex CLI; the next account takes over when one is out of quota')
    .option('--account <name>', 'only this account')
    .option('--codex <path>', 'the Codex CLI', 'codex')
    .option('--no-fallback', 'only the first account, and the terminal for Codex alone')
    .addOption(
      createNumberOption(
        '--max-passes <n>',
        'how often to go through all accounts (default: 1, or 2 with a delay)',
        {least: 1, isWhole: true},
      ),
    )
    .addOption(
      createNumberOption('--retry-delay <seconds>', 'how long to wait between two passes', {
        least: 0,
      }).default(0),
    )
    .option('--offline', 'do not ask the backend which account has quota')
    .option('-q, --quiet', 'do not say which account is used')
    .option('--gateway', 'through the gateway, which changes accounts while Codex runs')
    .option('--gateway-url <url>', 'address of the gateway (default: the one that is running here)')
    .addHelpText('after', EXAMPLES)
    .action((args: string[], options: RunOptions, command: Command) =>
      run(command, async (cli) => (await import('./run.ts')).run(cli, args, options)),
    )
}
