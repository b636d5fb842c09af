/**
 * The commands and their options. What a command does is loaded when it is called.
 *
 * @module
 */
import {Command, CommanderError, Option} from 'commander'
import {createCli, type Cli, type CliOptions, type GlobalOptions} from './cli.ts'
import type {AddOptions} from './commands/add.ts'
import type {RemoveOptions} from './commands/remove.ts'
import type {RunOptions} from './commands/run.ts'
import type {StatusOptions} from './commands/status.ts'
import {addGatewayCommands} from './commands/gateway.ts'
import {NO_GATEWAY} from './messages.ts'
import {reportError} from './report-error.ts'

/** Does what a command is for; resolves to the exit code, 0 by default. */
type Action = (cli: Cli) => Promise<number | void>

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
    return exitCode ?? 0
  } catch (error) {
    reportError(error, options.io, globals.debug ?? false)
    return 1
  }
}

/** Runs the action of a command. */
export type Run = (command: Command, action: Action) => Promise<void>

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
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .exitOverride()
    .addHelpText('after', EXAMPLES)
  addAccountCommands(program, run)
  addStatusCommands(program, run)
  addRunCommand(program, run)
  addGatewayCommands(program, (command) =>
    run(command, async (cli) => {
      cli.io.err(NO_GATEWAY)
      return 1
    }),
  )
  return program
}

function addStatusCommands(program: Command, run: Run): void {
  const show = (command: Command, options: StatusOptions, warning?: string) =>
    run(command, async (cli) => {
      if (warning !== undefined) cli.io.err(warning)
      return (await import('./commands/status.ts')).status(cli, options)
    })
  const status = program
    .command('status')
    .description('what is left of each account: a dashboard on a terminal, else a line for each')
    .option('--json', 'as JSON')
    .option('--compact', 'one line for each account')
    .option('--pretty', 'the dashboard, without a terminal, too')
    .option('--full', 'all details')
    .option('--doctor', 'say what is wrong; exit code 0 ok, 1 warning, 2 error of an account')
    .addOption(
      new Option('--report [format]', 'a report without personal data (default: md)').choices([
        'md',
        'json',
      ]),
    )
    .option('--watch [seconds]', 'refresh the dashboard (default: every 60)')
  withAsking(withThresholds(status)).action((options: StatusOptions, command: Command) =>
    show(command, options),
  )
  const doctor = program
    .command('doctor')
    .description('(deprecated) the same as status --doctor')
    .option('--json', 'as JSON')
  withAsking(withThresholds(doctor)).action((options: StatusOptions, command: Command) =>
    show(
      command,
      {...options, doctor: true},
      'Warning: `cao doctor` is deprecated. Use `cao status --doctor`.',
    ),
  )
  const report = program
    .command('report')
    .description('(deprecated) the same as status --report')
    .addOption(new Option('--format <format>', 'default: md').choices(['md', 'json']))
  withAsking(report).action(
    ({format = 'md', ...options}: StatusOptions & {readonly format?: string}, command: Command) =>
      show(
        command,
        {...options, report: format},
        'Warning: `cao report` is deprecated. Use `cao status --report`.',
      ),
  )
}

function addRunCommand(program: Command, run: Run): void {
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
      run(command, async (cli) => (await import('./commands/run.ts')).run(cli, args, options)),
    )
}

function withThresholds(command: Command): Command {
  return command
    .option('--expires-within-hours <n>', 'warn when a token expires within (default: 24)')
    .option('--max-failures <n>', 'warn from this number of failures on (default: 3)')
}

function withAsking(command: Command): Command {
  return command
    .option('--offline', 'ask nobody: show what was known last')
    .option('--timeout <seconds>', 'the longest to wait for answers (default: 5)')
}

function addAccountCommands(program: Command, run: Run): void {
  program
    .command('add <name>')
    .description('add an account and sign in')
    .option('--codex <path>', 'let this Codex CLI do the login (default: cao does it itself)')
    .option('--no-login', 'only make the folder')
    .option('--device-auth', 'sign in with a code, on any device')
    .action((name: string, options: AddOptions, command: Command) =>
      run(command, async (cli) => (await import('./commands/add.ts')).add(cli, name, options)),
    )
  program
    .command('list')
    .description('list the accounts')
    .action((_, command: Command) =>
      run(command, async (cli) => (await import('./commands/list.ts')).list(cli)),
    )
  program
    .command('switch [name]')
    .description('choose the default account')
    .action((name: string | undefined, _, command: Command) =>
      run(command, async (cli) => (await import('./commands/switch.ts')).switchAccount(cli, name)),
    )
  program
    .command('current')
    .description('print the default account')
    .action((_, command: Command) =>
      run(command, async (cli) => (await import('./commands/current.ts')).current(cli)),
    )
  program
    .command('use <name>')
    .description('set the default account')
    .action((name: string, _, command: Command) =>
      run(command, async (cli) => (await import('./commands/use.ts')).use(cli, name)),
    )
  program
    .command('remove <name>')
    .description('remove an account and its login')
    .option('--keep-files', 'leave the folder of the account')
    .option('-y, --yes', 'do not ask')
    .action((name: string, options: RemoveOptions, command: Command) =>
      run(command, async (cli) =>
        (await import('./commands/remove.ts')).remove(cli, name, options),
      ),
    )
}
