/**
 * `cao add <name>`
 *
 * @module
 */
import type {Cli} from '../cli.ts'
import {readCredentials} from '../status/credentials.ts'

/** What `cao add` is told. */
export interface AddOptions {
  /** The Codex CLI that does the login; `undefined` leaves it to this program. */
  readonly codex?: string
  readonly deviceAuth?: boolean
  /** Default true. */
  readonly login?: boolean
}

/** Adds an account, and signs in. */
export async function add(cli: Cli, text: string, options: AddOptions): Promise<number> {
  const {directories, io} = cli
  const {name, home} = await directories.create(text)
  const folders = await directories.folders()
  io.out(`Added account: ${name}`)
  io.out(`Account directory: ${home}`)
  io.out(`Default account: ${folders.find(({isDefault}) => isDefault)?.name ?? '(none)'}`)
  io.out('Run `cao run` to start with fallback.')
  if (options.login === false) return 0
  if (options.codex === undefined && (await isConfigured(cli, {name, home}))) {
    io.out('OAuth already configured for this account.')
    return 0
  }
  const {logIn} = await import('../login/log-in.ts')
  return logIn(cli, {name, home, ...options})
}

async function isConfigured(
  {directories}: Cli,
  {name, home}: {readonly name: string; readonly home: string},
): Promise<boolean> {
  const {isLoggedIn, login} = await readCredentials(home)
  const {loginRequired} = await directories.status(name)
  return !loginRequired && (isLoggedIn || login.kind === 'api_key' || login.kind === 'other')
}
