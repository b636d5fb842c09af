/**
 * `cao list`
 *
 * @module
 */
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS} from '../messages.ts'
import {readCredentials, readLoginState} from '../status/credentials.ts'

/** Prints the names of the accounts, and whether there is a login that works. */
export async function list({directories, io}: Cli): Promise<void> {
  const folders = await directories.folders()
  if (folders.length === 0) io.out(NO_ACCOUNTS)
  const statusOf = await directories.statuses.read()
  const lines = folders.map(async ({home, isDefault, name}) => {
    const {state} = readLoginState(await readCredentials(home), statusOf(name))
    return `${isDefault ? '*' : ' '} ${name} (${state})`
  })
  for (const line of await Promise.all(lines)) io.out(line)
}
