/**
 * The commands and their options. What a command does is loaded when it is called.
 *
 * @module
 */
import {Command, CommanderError} from 'commander'
import {createCli, type CliOptions, type GlobalOptions} from './cli.ts'
import {addGatewayCommands} from './declare/gateway-commands.ts'
import {addAccountCommands} from './declare/account-commands.ts'
import type {Action, Run} from './declare/action.ts'
import {addOtherCommands} from './declare/other-commands.ts'
import {addRunCommand} from './declare/run-command.ts'
import {addStatusCommands} from './declare/status-commands.ts'
import {NO_GATEWAY} from './messages.ts'
import {reportError} from './report-error.ts'

const EXAMPLES = `
Examples:
  $ cao add work                          add an account and sign in
  $ cao switch                            choose the default account
  $ cao status                            what is left of each account
  $ cao run                               start Codex; the next account takes over at a limit
  $ cao run -- exec "summarize README"    hand arguments to Codex
  $ cao import codex-auth                 take over the logins of codex-auth
`

/**
 * Runs the command that the arguments name.
 *
 * @returns The exit code.
 */
export async function runCommandLine(
  args: readonly string[],
  options: CliOptions,
): Promise<number> {
  const result = {exitCode: 0}
  const program = createProgram(options, async (command, action) => {
    result.exitCode = await runAction(options, command, action)
  })
  try {
    await program.parseAsync(args, {from: 'user'})
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode
  }
  return result.exitCode
}

async function runAction(options: CliOptions, command: Command, action: Action): Promise<number> {
  const globals = command.optsWithGlobals<GlobalOptions>()
  try {
    const cli = createCli(options, globals)
    const exitCode = await action(cli).finally(() => cli.reportDamage())
    await cli.settle()
    return exitCode || cli.warningCode
  } catch (error) {
    reportError(error, options.io, globals.debug ?? false)
    return 1
  }
}

function createProgram({io, version}: CliOptions, run: Run): Command {
  const program = new Command('codex-account-orchestrator')
    .description(
      'Several ChatGPT accounts for the official Codex CLI, each in a CODEX_HOME of its own.',
    )
    .version(version, '-V, --version', 'print the version')
    .option('--data-dir <path>', 'folder of the accounts (default: ~/.codex-account-orchestrator)')
    .option('--debug', 'show where errors come from')
    .configureHelp({showGlobalOptions: true})
    .configureOutput({
      writeOut: (text) => io.out(text.replace(/\n$/, '')),
      writeErr: (text) => io.err(text.replace(/\n$/, '')),
    })
    .exitOverride()
    .addHelpText('after', EXAMPLES)
  addAccountCommands(program, run)
  addStatusCommands(program, run)
  addRunCommand(program, run)
  addOtherCommands(program, run)
  addGatewayCommands(program, (command) =>
    run(command, async (cli) => {
      cli.io.err(NO_GATEWAY)
      return 1
    }),
  )
  return program
}
