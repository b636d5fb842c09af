/**
 * The declaration of `cao report`, which `cao status --report` has taken the place of.
 *
 * @module
 */
import {Option, type Command} from 'commander'
import {withAskingOptions} from '../accounts/asking-options.ts'
import type {Run} from '../action.ts'
import {printAnswer} from '../print-answer.ts'
import {REPORT_FORMATS} from './report-format.ts'
import type {ReportOptions} from './report.ts'

/** Adds the command to the program. */
export function declareReport(program: Command, run: Run): void {
  const command = program
    .command('report')
    .description('(deprecated) the same as status --report')
    .addOption(
      new Option('--format <format>', 'of the report').choices(REPORT_FORMATS).default('md'),
    )
    .action((options: ReportOptions, called: Command) =>
      run(called, async (cli) => {
        cli.io.err('Warning: `cao report` is deprecated. Use `cao status --report`.')
        const {report} = await import('./report.ts')
        return printAnswer(await report(cli, options), cli.io)
      }),
    )
  withAskingOptions(command)
}
