/**
 * `cao import codex-auth`
 *
 * @module
 */
import {stat} from 'node:fs/promises'
import path from 'node:path'
import {parseAccountName} from '../../accounts/directories/account-name.ts'
import {importLogin, type ImportedLogin} from '../../accounts/directories/import/import-login.ts'
import {
  COPY_WARNING,
  findSnapshots,
  type FoundLogin,
} from '../../accounts/directories/import/import-logins.ts'
import {CodexError} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import {parseJson} from '../../base/json-object.ts'
import {findSameAccount} from '../accounts/find-same-account.ts'
import type {Cli} from '../cli.ts'
import {CommandError} from '../report-error.ts'

/** Options of `cao import codex-auth`. */
export interface ImportOptions {
  /** The folder of the snapshots. Default `~/.codex/accounts`. */
  readonly source?: string
  /** Whether logins that are there may be replaced. Default false. */
  readonly overwrite?: boolean
  /** The account that codex-auth uses now. Default: as its files say. */
  readonly current?: string
  /** The account that is to be the default. */
  readonly default?: string
}

interface Counts {
  readonly imported: readonly string[]
  /** The accounts by the names that they have in codex-auth. */
  readonly names: ReadonlyMap<string, string>
  readonly skipped: number
  readonly errors: number
}

/** Takes over the logins of codex-auth, of both its layouts. */
export async function importCodexAuth(cli: Cli, options: ImportOptions): Promise<number> {
  const {io, userHome} = cli
  const source = path.resolve(options.source ?? path.join(userHome, '.codex', 'accounts'))
  const found = await stat(source).catch(() => undefined)
  if (!found) {
    io.err(`Source directory not found: ${source}`)
    return 1
  }
  if (!found.isDirectory()) {
    throw new CommandError(`${source} is not a directory.`, {
      hint: 'Name the folder of the snapshots with --source <dir>.',
    })
  }
  const snapshots = await findSnapshots(source)
  if (snapshots.length === 0) {
    io.out(`No snapshot files found in ${source}.`)
    return 0
  }
  const counts = await importAll(cli, snapshots, options)
  // What is the default by now may have been chosen since the first import.
  const active = counts.imported.length > 0 ? findActive(snapshots) : undefined
  await setDefault(cli, counts, {...options, active})
  const {imported, skipped, errors} = counts
  io.out(`Import complete. Imported: ${imported.length}, skipped: ${skipped}, errors: ${errors}.`)
  if (imported.length > 0) {
    io.out(`Imported accounts: ${imported.join(', ')}`)
    io.err(`Warning: ${COPY_WARNING}`)
  }
  return 0
}

async function importAll(
  cli: Cli,
  snapshots: readonly FoundLogin[],
  {overwrite = false}: ImportOptions,
): Promise<Counts> {
  const {io} = cli
  const names = new Map<string, string>()
  const counts = {imported: [] as string[], names, skipped: 0, errors: 0}
  for (const snapshot of snapshots) {
    const file = path.basename(snapshot.file)
    try {
      const named = toName(snapshot)
      const {kind, name, warning} = await importOne(cli, snapshot, {named, overwrite})
      names.set(named, name)
      if (kind === 'imported') counts.imported.push(name)
      else counts.skipped += 1
      if (kind === 'kept') io.err(`Skipping snapshot '${file}': ${warning ?? toKeptNote(name)}`)
    } catch (error) {
      if (!(error instanceof CodexError)) throw error
      counts.errors += 1
      io.err(`Skipping snapshot '${file}': ${await explain(snapshot, error)}`)
    }
  }
  return counts
}

function toKeptNote(name: string): string {
  return `${name} has a login already. Use --overwrite to replace it.`
}

/** Names that cannot be one are explained before anything is written. */
function toName({file, name}: FoundLogin): string {
  return name ?? parseAccountName(path.basename(file, '.json'))
}

/** A second folder with the same account would share its quota, and end the login of the first one. */
async function importOne(
  cli: Cli,
  snapshot: FoundLogin,
  {named, overwrite}: {readonly named: string; readonly overwrite: boolean},
): Promise<ImportedLogin> {
  const {login} = snapshot
  const id = login.kind === 'chatgpt' ? login.account.id : undefined
  const namesake = await findSameAccount(cli, id, ({name}) => name === named)
  const same = namesake ?? (await findSameAccount(cli, id))
  const name = same?.name ?? named
  const options = {as: 'copy', name, overwrite} as const
  const imported = await importLogin(snapshot, cli.directories, options)
  if (name === named || imported.kind === 'imported' || imported.warning) return imported
  const warning = `${name} is this account, and keeps its login. Use --overwrite to replace it.`
  return {...imported, warning}
}

async function explain({file, login}: FoundLogin, error: CodexError): Promise<string> {
  if (login.kind !== 'damaged') return error.message
  const isJson = parseJson(await readText(file)) !== undefined
  return isJson ? 'there is no complete login in it.' : 'invalid JSON (nothing was imported).'
}

function findActive(snapshots: readonly FoundLogin[]): string | undefined {
  return snapshots.find(({isActive}) => isActive)?.name
}

interface DefaultOptions extends ImportOptions {
  readonly active: string | undefined
}

async function setDefault(
  {directories, io}: Cli,
  {names}: Counts,
  {active, current, default: wanted = current ?? active}: DefaultOptions,
): Promise<void> {
  if (wanted === undefined) return
  const folders = await directories.folders()
  const name = names.get(wanted) ?? folders.find((folder) => folder.name === wanted)?.name
  if (name === undefined) {
    io.err(`Requested default '${wanted}' not found in imported accounts.`)
    return
  }
  await directories.setDefault(name)
  io.out(`Default account set to: ${name}`)
}
