/**
 * Taking over a login of another program.
 *
 * @module
 */
import path from 'node:path'
import {ConfigurationError} from '../../../errors.ts'
import {readBytes} from '../../../files/read-file.ts'
import type {Account} from '../../account.ts'
import type {AccountDirectories} from '../account-directories.ts'
import type {RefusedLogin} from '../account-status.ts'
import {parseAuthFile} from '../codex/auth-file.ts'
import {changeHome, lockHome} from '../codex/codex-home.ts'
import {findReadingProblem} from '../codex/codex-reading.ts'
import {withRefusal} from '../directory-reader.ts'
import {COPY_WARNING, type FoundLogin} from './import-logins.ts'
import {isNewerLogin} from '../codex/newer-login.ts'
import {repairAuthFile} from '../codex/repair-auth-file.ts'

/** How a login is taken over. */
export interface ImportOptions {
  readonly as: 'copy' | 'link'
  /** What the account is called. Default: as it was found. */
  readonly name?: string
  /** Whether a copy may take the place of another login. Default no. */
  readonly overwrite?: boolean
}

/** What became of a login that was to be taken over. */
export interface ImportedLogin {
  /** `kept`: the account had a login already, and nothing was written. */
  readonly kind: 'imported' | 'kept'
  readonly name: string
  /** What the user has to know. */
  readonly warning?: string
}

/**
 * Takes over a login: `copy` writes a second file of it, `link` uses the folder of the other program where it is.
 *
 * @throws {ConfigurationError} The name is taken by another folder, or the login cannot be taken over like this.
 * @throws {StorageError} It could not be written.
 */
export async function importLogin(
  found: FoundLogin,
  directories: AccountDirectories,
  {as, overwrite = false, name = found.name}: ImportOptions,
): Promise<ImportedLogin> {
  const bytes = await readContent(found)
  const incoming = parseAuthFile(bytes?.toString().replace(/^\uFEFF/, ''))
  if (name === undefined || bytes === undefined || incoming.kind !== 'chatgpt') {
    throw new ConfigurationError(`There is no login of a ChatGPT account in ${found.file}.`)
  }
  if (as === 'link') {
    if (path.basename(found.file) !== 'auth.json') {
      throw new ConfigurationError(`${found.file} is not in a folder of the Codex CLI: copy it.`)
    }
    await directories.link(name, path.dirname(found.file))
    return {kind: 'imported', name}
  }
  const text = toText(bytes, incoming.account)
  const {home} = await directories.create(name)
  const {loginRequired: refused} = await directories.status(name)
  const kept = {isNewer: false}
  const change = (before: string | undefined) => {
    const there = parseAuthFile(before)
    const hasEnded = there.kind === 'chatgpt' && isRefused(there.account, refused)
    kept.isNewer = !hasEnded && isNewerLogin(there, incoming)
    return (overwrite && !kept.isNewer) || there.kind === 'missing' ? text : undefined
  }
  const {writeOptions} = directories
  const isWritten = await lockHome(home, () => changeHome(home, change, writeOptions), writeOptions)
  if (isWritten) return {kind: 'imported', name, warning: COPY_WARNING}
  return {
    kind: 'kept',
    name,
    ...(kept.isNewer && {warning: `The login of ${name} is newer than this copy, and stays.`}),
  }
}

async function readContent({content, file}: FoundLogin): Promise<Buffer | undefined> {
  return content === undefined ? readBytes(file) : Buffer.from(content)
}

function isRefused(account: Account, refused: RefusedLogin | undefined): boolean {
  return refused !== undefined && withRefusal(account, refused).loginRequired !== undefined
}

/** As it is, or as the CLI can read it; the login of an app is none of the CLI's. */
function toText(bytes: Buffer, {tokens}: Account): string {
  const text = tokens.app ? bytes.toString() : repairAuthFile(bytes)
  if (text !== undefined) return text
  const problem = findReadingProblem(bytes)
  throw new ConfigurationError(
    `The Codex CLI could not read this login, and it cannot be repaired: ${problem}. Log in anew.`,
  )
}
