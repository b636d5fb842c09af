/**
 * `run`
 *
 * @module
 */
import type {Command} from 'commander'
import type {RunOptions} from '../commands/run.ts'
import type {Run} from './action.ts'

/** Adds it. */
export function addRunCommand(program: Command, run: Run): void {
  program
    .command('run [codexArgs...]')
    .usage('[options] [-- codex arguments]')
    .description('run the Codex CLI; the next account takes over when one is out of quota')
    .option('--account <name>', 'only this account')
    .option('--codex <path>', 'the Codex CLI', 'codex')
    .option('--no-fallback', 'only the first account, and the terminal for Codex alone')
    .option('--max-passes <n>', 'how often to go through all accounts (default: 1; 2 with a delay)')
    .option('--retry-delay <seconds>', 'how long to wait between two passes (default: 0)')
    .option('--offline', 'do not ask the backend which account has quota')
    .option('-q, --quiet', 'do not say which account is used')
    .option('--gateway', '(not yet) through the gateway')
    .option('--gateway-url <url>', '(not yet) address of the gateway')
    .addHelpText(
      'after',
      `
Examples:
  $ cao run
  $ cao run -- exec "summarize README"
  $ cao run --max-passes 3 --retry-delay 60 -- exec --json "fix the build" < notes.md
`,
    )
    .action((args: string[], options: RunOptions, command: Command) =>
      run(command, async (cli) => (await import('../commands/run.ts')).run(cli, args, options)),
    )
}
