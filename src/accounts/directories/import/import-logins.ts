/**
 * Logins of other programs, to take over.
 *
 * @module
 */
import path from 'node:path'
import {StorageError} from '../../../errors.ts'
import {readText} from '../../../files/read-file.ts'
import {isJsonObject, parseJson, toJsonObject, toList, toText} from '../../../base/json-object.ts'
import {findEntries} from '../account-folder.ts'
import {chooseAccountName, toAccountName} from '../account-name.ts'
import {parseAuthFile, type Login} from '../codex/auth-file.ts'
import {toAuthFile} from '../codex/codex-home.ts'

/** A login that was found. */
export interface FoundLogin {
  /** The file it is in, of the format of the CLI's `auth.json`. */
  readonly file: string
  /** The login in the format of `auth.json`, where the file has another one. */
  readonly content?: string
  /** What the account could be called; `undefined` when its name there cannot be one here. */
  readonly name: string | undefined
  /** What is in the file; only `chatgpt` can be taken over. */
  readonly login: Login
  /** Whether it is the one that its program uses now. */
  readonly isActive: boolean
}

/** What a copy means. `codex logout` revokes the login at the server, whoever else has it (0.171.0). */
export const COPY_WARNING =
  'This login now exists twice, and its refresh token works once: whichever program refreshes first logs the other one out. Go on with one of the two, and do not log out of the other: that ends both. To use both, share the folder instead.'

/** Where codex-auth says which account it uses, in its folder or the one above. */
const ACTIVE_FILES = ['.active', 'active', '.current', 'current', '.selected', 'selected']

const SNAPSHOT = '.auth.json'

/** The login of the official CLI. It is found where it is `missing`, too. */
export async function findCodexLogin(codexHome: string): Promise<FoundLogin> {
  const found = await readFile(toAuthFile(codexHome))
  return {...found, name: chooseAccountName(toEmail(found.login), []), isActive: true}
}

/**
 * The logins of codex-auth, in either of its layouts: files called `<name>.json`, or `registry.json` with files
 * called `<account>.auth.json`.
 *
 * @param source Its folder, usually `~/.codex/accounts`.
 * @throws {StorageError} The folder cannot be read.
 */
export async function findSnapshots(source: string): Promise<readonly FoundLogin[]> {
  const entries = (await findEntries(source)).toSorted()
  const snapshots = entries.filter((entry) => entry.endsWith(SNAPSHOT))
  const registry = parseJson(await readText(path.join(source, 'registry.json')))
  const isRegistry = isJsonObject(registry) && Array.isArray(registry['accounts'])
  if (snapshots.length > 0) return findRegistered(source, {snapshots, registry})
  return findNamed(
    source,
    entries.filter(
      (entry) => entry.endsWith('.json') && !(isRegistry && entry === 'registry.json'),
    ),
  )
}

/** The layout with a registry: the name of an account is what the user called it, or from its email. */
async function findRegistered(
  source: string,
  {snapshots, registry}: {readonly snapshots: readonly string[]; readonly registry: unknown},
): Promise<readonly FoundLogin[]> {
  const {accounts, ...rest} = toJsonObject(registry)
  const active = rest['active_account_key'] ?? rest['active_account_id'] ?? rest['active_email']
  const records = toList(accounts).map(toJsonObject)
  const current = await readFile(path.join(path.dirname(source), 'auth.json'))
  const names: string[] = []
  const found = await Promise.all(
    snapshots.map((snapshot) => readFile(path.join(source, snapshot))),
  )
  return found.map((copy, index) => {
    const record = records.find((candidate) => toFiles(candidate).includes(snapshots[index] ?? ''))
    const keys = record && [record['account_key'], record['account_id'], record['email']]
    const isActive = active !== undefined && active !== null && keys?.includes(active) === true
    const email = toText(record?.['alias']) ?? toEmail(copy.login) ?? toText(record?.['email'])
    const name = chooseAccountName(email, names)
    names.push(name)
    // The program itself goes on with the file of the CLI, and its copy grows old.
    const isOld = isActive && toId(current.login) === toId(copy.login)
    return {...(isOld ? current : copy), name, isActive}
  })
}

/** How the file of an account is called: by its key, encoded when that cannot be a name. */
function toFiles(record: Readonly<Record<string, unknown>>): readonly string[] {
  const key = toText(record['account_key'] ?? record['account_id'] ?? record['email']) ?? ''
  return [key, Buffer.from(key).toString('base64url')].map((name) => `${name}${SNAPSHOT}`)
}

/** The layout without: the name of the file is the name of the account. */
async function findNamed(
  source: string,
  entries: readonly string[],
): Promise<readonly FoundLogin[]> {
  const active = await findActiveName(source)
  return Promise.all(
    entries.map(async (entry) => {
      const name = path.basename(entry, '.json')
      const found = await readFile(path.join(source, entry))
      return {...found, name: toAccountName(name), isActive: name === active}
    }),
  )
}

async function findActiveName(source: string): Promise<string | undefined> {
  const files = [source, path.dirname(source)].flatMap((folder) =>
    ACTIVE_FILES.map((name) => path.join(folder, name)),
  )
  const texts = await Promise.all(files.map((file) => readText(file).catch(() => undefined)))
  const name = texts.map(toText).find((text) => text !== undefined)
  return name?.trim().replace(/\.json$/, '')
}

async function readFile(file: string): Promise<Pick<FoundLogin, 'file' | 'login'>> {
  try {
    return {file, login: parseAuthFile(await readText(file))}
  } catch (error) {
    if (error instanceof StorageError) return {file, login: {kind: 'unreadable'}}
    throw error
  }
}

function toId(login: Login): string | undefined {
  return login.kind === 'chatgpt' ? login.account.id : undefined
}

function toEmail(login: Login): string | undefined {
  return login.kind === 'chatgpt' ? login.account.email : undefined
}
