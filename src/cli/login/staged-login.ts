/**
 * A login by the Codex CLI that cannot end the login before it.
 *
 * @module
 */
import {cp, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {parseAuthFile} from '../../accounts/directories/codex/auth-file.ts'
import {changeHome, lockHome, toAuthFile} from '../../accounts/directories/codex/codex-home.ts'
import {toStorageError} from '../../files/storage-failure.ts'
import {readText} from '../../files/read-file.ts'
import type {Cli} from '../cli.ts'
import {readSettings, toWords} from '../codex/codex-settings.ts'
import type {CodexEnd} from '../codex/start-codex.ts'

/** The account that the login is for. */
export interface StagedAccount {
  readonly name: string
  readonly home: string
}

/** The settings that a login may need: certificates, servers, profiles. */
const SETTINGS = /^(?:\.env|.*config\.toml)$/

/**
 * Lets the CLI log in to a folder of its own, and takes the login over when it has succeeded.
 *
 * `codex login` begins by logging out: it revokes the tokens that it finds and deletes `auth.json`, and then asks
 * the user (0.169.0 and 0.171.0). A user who leaves at the question would be left without a login.
 *
 * @param start Runs the CLI with this CODEX_HOME.
 * @throws {StorageError} The login could not be stored; the one before is kept.
 */
export async function stageLogin(
  {directories}: Cli,
  {name, home}: StagedAccount,
  start: (home: string) => Promise<CodexEnd>,
): Promise<CodexEnd> {
  const folder = await mkdtemp(path.join(directories.base, '.login-')).catch((error: unknown) => {
    throw toStorageError(directories.base, error)
  })
  try {
    const stage = path.join(folder, name)
    await copySettings(home, stage)
    const end = await start(stage)
    const text = await readText(toAuthFile(stage))
    if (end.exitCode === 0 && text !== undefined && parseAuthFile(text).kind !== 'missing') {
      const {writeOptions} = directories
      await lockHome(home, () => changeHome(home, () => text, writeOptions), writeOptions)
      await directories.statuses.clearRefusal(name)
    }
    return end
  } finally {
    await rm(folder, {recursive: true, force: true, maxRetries: 3})
  }
}

async function copySettings(home: string, stage: string): Promise<void> {
  const names = (await readdir(home)).filter((one) => SETTINGS.test(one))
  await cp(home, stage, {
    recursive: true,
    dereference: true,
    filter: (source) => source === home || names.includes(path.relative(home, source)),
  })
  // What goes to the keyring of the system goes there under the name of the folder.
  const file = path.join(stage, 'config.toml')
  const config = (await readText(file)) ?? ''
  const [store = 'file'] = toWords(readSettings(config).get('cli_auth_credentials_store'))
  if (store === 'file') return
  const others = config.replace(/^[ \t]*cli_auth_credentials_store[ \t]*=.*$/m, '')
  await writeFile(file, `cli_auth_credentials_store = "file"\n${others}`, {mode: 0o600})
}
