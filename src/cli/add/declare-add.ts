/**
 * The declaration of `cao add`.
 *
 * @module
 */
import {Option, type Command} from 'commander'
import type {Run} from '../action.ts'
import type {AddOptions} from './add.ts'

const KINDS = `
There are two kinds of login, and cao asks with the first:
  The login of Codex shows what is left of your plan, knows all models, draws images, and is the one that \`cao run\` can use.
  "Sign in with ChatGPT" (--app, a preview of OpenAI) can have a weekly cap and be taken back in ChatGPT's settings; only the gateway
  and the editors can use it.
`

/** Adds the command to the program. */
export function declareAdd(program: Command, run: Run): void {
  program
    .command('add <name>')
    .description('add an account and log in')
    .option('--codex <path>', 'let this Codex CLI log in (default: cao does it itself)')
    .option('--no-login', 'only make the folder')
    .option('--device-auth', 'log in with a code, on any device')
    .addOption(
      new Option(
        '--app',
        'log in by "Sign in with ChatGPT" instead of the login of Codex',
      ).conflicts(['codex', 'deviceAuth']),
    )
    .addHelpText('after', KINDS)
    .option('--force', 'log in again, even where there is a login that works')
    .action((name: string, options: AddOptions, command: Command) =>
      run(command, async (cli) => (await import('./add.ts')).add(cli, name, options)),
    )
}
