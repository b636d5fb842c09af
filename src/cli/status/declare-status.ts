/**
 * The declaration of `cao status`.
 *
 * @module
 */
import {Option, type Command} from 'commander'
import {withAskingOptions} from '../accounts/asking-options.ts'
import {withThresholdOptions} from '../accounts/threshold-options.ts'
import type {Run} from '../action.ts'
import {createNumberOption} from '../number-option.ts'
import {REPORT_FORMATS} from '../report/report-format.ts'
import type {StatusOptions} from './status.ts'

/** Adds the command to the program. */
export function declareStatus(program: Command, run: Run): void {
  const command = program
    .command('status')
    .description('what is left of each account: a dashboard on a terminal, else a line for each')
    .option('--json', 'as JSON')
    .option('--compact', 'one line for each account')
    .option('--pretty', 'the dashboard, even without a terminal')
    .option('--full', 'all details')
    .option(
      '--doctor',
      'say what is wrong; exit code 0: nothing, 1: warnings about accounts, 2: errors',
    )
    .addOption(
      new Option('--report [format]', 'a report without personal data')
        .choices(REPORT_FORMATS)
        .preset('md'),
    )
    .addOption(
      createNumberOption('--watch [seconds]', 'reload the dashboard every so many seconds').preset(
        '60',
      ),
    )
    .action((options: StatusOptions, called: Command) =>
      run(called, async (cli) => (await import('./status.ts')).status(cli, options)),
    )
  withAskingOptions(withThresholdOptions(command))
}
