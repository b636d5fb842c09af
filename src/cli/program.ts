/**
 * The commands and their options. What a command does is loaded when it is called.
 *
 * @module
 */
import {lstat, stat} from 'node:fs/promises'
import {Command, CommanderError} from 'commander'
import type {Action, Run} from './action.ts'
import {declareAdd} from './add/declare-add.ts'
import {declareAgent} from './agent/declare-agent.ts'
import {declareClaude} from './claude/declare-claude.ts'
import {createCli, type CliOptions, type GlobalOptions} from './cli.ts'
import {declareCompletion} from './completion/declare-completion.ts'
import {declareCurrent} from './current/declare-current.ts'
import {declareDoctor} from './doctor/declare-doctor.ts'
import {declareGateway} from './gateway/declare-gateway.ts'
import {repairInterrupted} from './gateway/routing/repair-interrupted.ts'
import {declareImportCodexAuth} from './import-codex-auth/declare-import-codex-auth.ts'
import {declareImport} from './import-logins/declare-import.ts'
import {declareList} from './list/declare-list.ts'
import {declareRemove} from './remove/declare-remove.ts'
import {declareReport} from './report/declare-report.ts'
import {CommandError, reportError} from './report-error.ts'
import {declareRun} from './run/declare-run.ts'
import {declareStatus} from './status/declare-status.ts'
import {declareSwitch} from './switch/declare-switch.ts'
import {declareUse} from './use/declare-use.ts'

const EXAMPLES = `
Examples:
  $ cao add work                          add an account and log in
  $ cao switch                            choose the default account
  $ cao status                            what is left of each account
  $ cao run                               start Codex; the next account takes over at a limit
  $ cao run -- exec "summarize README"    pass arguments to Codex
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
    await assertFolder(cli.directories.base)
    await repairInterrupted(cli)
    const exitCode = await action(cli).finally(() => cli.reportDamage())
    await cli.settle()
    return exitCode || cli.warningCode
  } catch (error) {
    reportError(error, options.io, globals.debug ?? false)
    return 1
  }
}

/** Nothing is there before the first account; something else in its place is no empty folder. */
async function assertFolder(base: string): Promise<void> {
  if (!(await lstat(base).catch(() => undefined))) return
  const target = await stat(base).catch(() => undefined)
  if (target?.isDirectory()) return
  const what = target ? 'is not a folder' : 'is a link that leads nowhere'
  throw new CommandError(`${base} ${what}.`, {
    hint: 'Move it away, or name the folder of the accounts with --data-dir <path>.',
  })
}

function createProgram({io, version}: CliOptions, run: Run): Command {
  const program = new Command('cao')
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
  declareAdd(program, run)
  declareList(program, run)
  declareSwitch(program, run)
  declareCurrent(program, run)
  declareUse(program, run)
  declareRemove(program, run)
  declareStatus(program, run)
  declareDoctor(program, run)
  declareReport(program, run)
  declareRun(program, run)
  declareClaude(program, run)
  declareImportCodexAuth(declareImport(program, run), run)
  declareCompletion(program, run)
  declareGateway(program, run)
  declareAgent(program, run)
  adviseAfterErrors(program, 'cao')
  return program
}

/** What was typed wrong is followed by where to read what is right. */
function adviseAfterErrors(command: Command, typed: string): void {
  const what = command.parent ? 'what it takes' : 'the commands'
  command.showHelpAfterError(`Hint: Run \`${typed} --help\` to see ${what}.`)
  for (const inner of command.commands) adviseAfterErrors(inner, `${typed} ${inner.name()}`)
}
