/**
 * `cao list`
 *
 * @module
 */
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS} from '../messages.ts'
import {readCredentials} from '../status/credentials.ts'

/** Prints the names of the accounts, and whether there is a login. */
export async function list({directories, io}: Cli): Promise<void> {
  const folders = await directories.folders()
  if (folders.length === 0) io.out(NO_ACCOUNTS)
  const credentials = await Promise.all(folders.map(({home}) => readCredentials(home)))
  for (const [index, {name, isDefault}] of folders.entries()) {
    const state = credentials[index]?.isLoggedIn === true ? 'logged-in' : 'not-logged-in'
    io.out(`${isDefault ? '*' : ' '} ${name} (${state})`)
  }
}
