/**
 * The rules of the gateway and the accounts they are about, as the commands see them.
 *
 * @module
 */
import path from 'node:path'
import type {Account} from '../../../accounts/account.ts'
import {createDirectoryAccountStore} from '../../../accounts/directories/directory-account-store.ts'
import {openRulesFile, type RulesFile} from '../../../gateway/rules/rules-file.ts'
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'

/** Opens the file of the rules. */
export function openRules({directories, io, now}: Cli): RulesFile {
  return openRulesFile({
    base: directories.base,
    now,
    onDamage: (copy) =>
      io.err(`Warning: gateway-rules.json was invalid and has been backed up to ${copy}.`),
  })
}

/** An account that is logged in, and how the user calls it. */
export interface NamedAccount {
  readonly id: string
  readonly name: string
}

/** Every account that has a login. */
export async function listNamedAccounts(cli: Cli): Promise<readonly NamedAccount[]> {
  const {directories, log, now} = cli
  const store = createDirectoryAccountStore({directories, log, now})
  try {
    return (await store.list()).flatMap(toNamed)
  } finally {
    store.close()
  }
}

/**
 * The account with this name.
 *
 * @throws {CommandError} There is none, or it has no login.
 */
export async function findNamedAccount(cli: Cli, name: string): Promise<NamedAccount> {
  const accounts = await listNamedAccounts(cli)
  const found = accounts.find((account) => account.name === name.trim())
  if (found) return found
  throw new CommandError(`There is no account ${name.trim()} that is logged in.`, {
    hint: 'Run `cao list` to see the names, and `cao add <name>` to log in.',
  })
}

function toNamed({home, id}: Account): readonly NamedAccount[] {
  return home === undefined ? [] : [{id, name: path.basename(home)}]
}
