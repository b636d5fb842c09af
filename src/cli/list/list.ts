/**
 * `cao list`
 *
 * @module
 */
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS} from '../messages.ts'
import {
  describeKind,
  describeLimits,
  isApp,
  readCredentials,
  readLoginState,
} from '../accounts/credentials.ts'

/** Prints the names of the accounts, and whether there is a login that works. */
export async function list({directories, io, now}: Cli): Promise<void> {
  const folders = await directories.folders()
  if (folders.length === 0) io.out(NO_ACCOUNTS)
  const statusOf = await directories.statuses.read()
  const lines = folders.map(async ({home, isDefault, name}) => {
    const credentials = await readCredentials(home)
    const {state} = readLoginState(credentials, {status: statusOf(name), nowMs: now()})
    return [
      `${isDefault ? '*' : ' '} ${name} (${state})`,
      ...describeKind(isApp(credentials.login)),
      ...describeLimits(credentials),
    ].join(' - ')
  })
  for (const line of await Promise.all(lines)) io.out(line)
}
