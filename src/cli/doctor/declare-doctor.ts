/**
 * The declaration of `cao doctor`, which `cao status --doctor` has taken the place of.
 *
 * @module
 */
import type {Command} from 'commander'
import {withAskingOptions} from '../accounts/asking-options.ts'
import {withThresholdOptions} from '../accounts/threshold-options.ts'
import type {Run} from '../action.ts'
import {printAnswer} from '../print-answer.ts'
import type {DoctorOptions} from './doctor.ts'

/** Adds the command to the program. */
export function declareDoctor(program: Command, run: Run): void {
  const command = program
    .command('doctor')
    .description('(deprecated) the same as status --doctor')
    .option('--json', 'as JSON')
    .action((options: DoctorOptions, called: Command) =>
      run(called, async (cli) => {
        cli.io.err('Warning: `cao doctor` is deprecated. Use `cao status --doctor`.')
        const {doctor} = await import('./doctor.ts')
        return printAnswer(await doctor(cli, options), cli.io)
      }),
    )
  withAskingOptions(withThresholdOptions(command))
}
