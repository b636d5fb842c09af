/**
 * `status`, and the two commands that it has taken the place of.
 *
 * @module
 */
import {Option, type Command} from 'commander'
import type {StatusOptions} from '../commands/status.ts'
import type {Run} from './action.ts'

/** Adds them. */
export function addStatusCommands(program: Command, run: Run): void {
  const show = (command: Command, options: StatusOptions, warning?: string) =>
    run(command, async (cli) => {
      if (warning !== undefined) cli.io.err(warning)
      return (await import('../commands/status.ts')).status(cli, options)
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
