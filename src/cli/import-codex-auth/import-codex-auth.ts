/**
 * `cao import codex-auth`
 *
 * @module
 */
import {stat} from 'node:fs/promises'
import path from 'node:path'
import {parseAccountName} from '../../accounts/directories/account-name.ts'
import {importLogin} from '../../accounts/directories/import/import-login.ts'
import {
  COPY_WARNING,
  findSnapshots,
  type FoundLogin,
} from '../../accounts/directories/import/import-logins.ts'
import {CodexError} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import {parseJson} from '../../base/json-object.ts'
import type {Cli} from '../cli.ts'
import {CommandError} from '../report-error.ts'

/** What `cao import codex-auth` is told. */
export interface ImportOptions {
  /** Default `~/.codex/accounts`. */
  readonly source?: string
  readonly overwrite?: boolean
  /** The account that codex-auth uses now. Default: as its files say. */
  readonly current?: string
  /** The account that is to be the default. */
  readonly default?: string
}

interface Counts {
  readonly imported: readonly string[]
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
  await setDefault(cli, counts.imported, {...options, active: findActive(snapshots)})
  const {imported, skipped, errors} = counts
  io.out(`Import complete. Imported: ${imported.length}, skipped: ${skipped}, errors: ${errors}.`)
  if (imported.length > 0) {
    io.out(`Imported accounts: ${imported.join(', ')}`)
    io.err(`Warning: ${COPY_WARNING}`)
  }
  return 0
}

async function importAll(
  {directories, io}: Cli,
  snapshots: readonly FoundLogin[],
  {overwrite = false}: ImportOptions,
): Promise<Counts> {
  const counts = {imported: [] as string[], skipped: 0, errors: 0}
  for (const snapshot of snapshots) {
    const file = path.basename(snapshot.file)
    try {
      const {kind, name, warning} = await importOne(directories, snapshot, overwrite)
      if (kind === 'imported') counts.imported.push(name)
      else counts.skipped += 1
      if (kind === 'kept' && warning) io.err(`Skipping snapshot '${file}': ${warning}`)
    } catch (error) {
      if (!(error instanceof CodexError)) throw error
      counts.errors += 1
      io.err(`Skipping snapshot '${file}': ${await explain(snapshot, error)}`)
    }
  }
  return counts
}

/** Names that cannot be one are explained before anything is written. */
async function importOne(
  directories: Cli['directories'],
  snapshot: FoundLogin,
  overwrite: boolean,
) {
  const name = snapshot.name ?? parseAccountName(path.basename(snapshot.file, '.json'))
  return importLogin({...snapshot, name}, directories, {as: 'copy', overwrite})
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
  imported: readonly string[],
  {active, current, default: wanted = current ?? active}: DefaultOptions,
): Promise<void> {
  if (wanted === undefined) return
  const names = (await directories.folders()).map(({name}) => name)
  if (!imported.includes(wanted) && !names.includes(wanted)) {
    io.err(`Requested default '${wanted}' not found in imported accounts.`)
    return
  }
  await directories.setDefault(wanted)
  io.out(`Default account set to: ${wanted}`)
}
