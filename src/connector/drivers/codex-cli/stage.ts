/**
 * A CODEX_HOME for one login, so that a login that is not finished leaves the one before as it is.
 *
 * `codex login` begins by logging out: it revokes the tokens that it finds and deletes `auth.json`, and then asks the
 * user (0.169.0 and 0.171.0).
 *
 * @module
 */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {createPrivateFolder} from '../../../files/private-folder.ts'
import {readText} from '../../../files/read-file.ts'
import {toStorageError} from '../../../files/storage-failure.ts'

/** The setting that says where the CLI keeps its login, before the first table. */
const STORE = /^[ \t]*cli_auth_credentials_store[ \t]*=[ \t]*["'](\w+)["'].*$/m

/** A CODEX_HOME for one login. */
export interface Stage {
  readonly home: string
  /** The `auth.json` that a login has left; `undefined` where there is none. */
  readonly readLogin: () => Promise<string | undefined>
  /** Removes it with all that is in it. */
  readonly remove: () => Promise<void>
}

/** Where the CLI keeps the login of a CODEX_HOME. A keyring knows it by the name of the folder. */
export async function findCredentialStore(home: string): Promise<string> {
  const config = await readText(path.join(home, 'config.toml'))
  const [top = ''] = `\n${config ?? ''}`.split(/\n[ \t]*\[/, 1)
  return STORE.exec(top)?.[1] ?? 'file'
}

/**
 * Makes the folder, with the settings of the CODEX_HOME that the login is for.
 *
 * @throws {StorageError} It cannot be made.
 */
export async function createStage(folder: string): Promise<Stage> {
  await createPrivateFolder(folder)
  const home = await mkdtemp(path.join(folder, '.login-')).catch((error: unknown) => {
    throw toStorageError(folder, error)
  })
  const config = (await readText(path.join(folder, 'config.toml'))) ?? ''
  const others = config.replace(STORE, '')
  const text = `cli_auth_credentials_store = "file"\n${others}`
  await writeFile(path.join(home, 'config.toml'), text, {mode: 0o600})
  const dotenv = await readText(path.join(folder, '.env'))
  if (dotenv !== undefined) await writeFile(path.join(home, '.env'), dotenv, {mode: 0o600})
  return {
    home,
    readLogin: () => readText(path.join(home, 'auth.json')),
    remove: () => rm(home, {recursive: true, force: true, maxRetries: 3}),
  }
}
