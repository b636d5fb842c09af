/**
 * A CODEX_HOME: the folder of one login, which the official CLI may be using at the same moment.
 *
 * Both programs take the same locks around a write of `auth.json`, which is always a new file under the
 * old name: `auth.lock`, and inside it `auth.json.lock`. The CLI holds neither while it waits for the
 * authorization server (seen with strace in its 0.169.0, 2026-11-21), and takes them to store what it was
 * given. So they must be free during a refresh of ours, which has a lock of its own.
 *
 * @module
 */
import {rm, writeFile as writeNewFile} from 'node:fs/promises'
import path from 'node:path'
import {StorageError} from '../../../errors.ts'
import {withFileLock, type FileLockOptions} from '../../../files/file-lock.ts'
import {readText} from '../../../files/read-file.ts'
import {setAside} from '../../../files/set-aside.ts'
import {hasErrorCode, toStorageError} from '../../../files/storage-failure.ts'
import {writeFile} from '../../../files/write-file.ts'
import type {Clock} from '../../../base/clock.ts'
import {isCurrent, type Account} from '../../account.ts'
import {JournalFile, readJournal, type JournalEntry} from './journal-file.ts'
import {withJournal, type RefreshJournal} from '../../refresh-journal.ts'
import {toTokenHash} from '../../tokens/token-hash.ts'
import {changeAuthFile, parseAuthFile, type Login} from './auth-file.ts'
import type {DamageListener} from '../damaged-file.ts'

const CONFIG = `# Codex config for this account
cli_auth_credentials_store = "file"
forced_login_method = "chatgpt"
`

/** How the file of a login is changed. */
export interface ChangeHomeOptions {
  readonly now: Clock
  readonly onDamage: DamageListener
}

/** How a login is written. */
export interface WriteLoginOptions extends ChangeHomeOptions {
  /** Writes only while the folder holds the login of this account. */
  readonly onlyOver?: string
  /** Writes only while the folder holds this refresh token. */
  readonly spentRefreshToken?: string
}

/** The file that holds the login. */
export function toAuthFile(home: string): string {
  return path.join(home, 'auth.json')
}

/** The login of a folder. Whatever is there, it never rejects. */
export async function readLogin(home: string): Promise<Login> {
  try {
    return parseAuthFile(await readText(toAuthFile(home)))
  } catch (error) {
    if (error instanceof StorageError) return {kind: 'unreadable'}
    throw error
  }
}

/**
 * Puts a login into a folder, while no other program writes there.
 *
 * @returns Whether it was written, see `onlyOver` and `spentRefreshToken`.
 * @throws {StorageError} It could not be written; what was there is kept.
 */
export async function writeLogin(
  home: string,
  login: Account,
  {onlyOver, spentRefreshToken, ...options}: WriteLoginOptions,
): Promise<boolean> {
  const isAllowed = (before: Login) =>
    (onlyOver === undefined || holds(before, onlyOver)) &&
    (before.kind !== 'chatgpt' || isCurrent(before.account, spentRefreshToken))
  // There may be no folder any more to put a lock into.
  if (!isAllowed(await readLogin(home))) return false
  const change = (text: string | undefined) =>
    isAllowed(parseAuthFile(text)) ? changeAuthFile(text, login, options.now()) : undefined
  return changeHome(home, change, options)
}

/**
 * Changes the file of the login, while no other program does. What is damaged is set aside before.
 *
 * @param change Makes the new text from what is there; `undefined` leaves it.
 * @returns Whether it was written.
 * @throws {StorageError} It could not be written; what was there is kept.
 */
export async function changeHome(
  home: string,
  change: (text: string | undefined) => string | undefined,
  {now, onDamage}: ChangeHomeOptions,
): Promise<boolean> {
  const file = toAuthFile(home)
  return lockFile(home, async () => {
    const text = await readText(file)
    const changed = change(text)
    if (changed === undefined) return false
    if (parseAuthFile(text).kind === 'damaged') {
      onDamage({file, copy: await setAside(file, now())})
    }
    await writeFile(file, changed)
    return true
  })
}

/** Runs `task` while no other program writes the login of this folder. */
function lockFile<Result>(home: string, task: () => Promise<Result>): Promise<Result> {
  const [outer, inner] = toLockFiles(home)
  return withFileLock(outer, () => withFileLock(inner, task))
}

/** The locks of the CLI, in the order in which it takes them. */
function toLockFiles(home: string): readonly [string, string] {
  return [path.join(home, 'auth.lock'), `${toAuthFile(home)}.lock`]
}

/** Whether it is the login of this account. */
export function holds(login: Login, accountId: string): boolean {
  return login.kind === 'chatgpt' && login.account.id === accountId
}

/** How a folder is locked. */
export type LockHomeOptions = ChangeHomeOptions & Pick<FileLockOptions, 'timeoutMs'>

/** The folders that this process has locked. */
const lockedHomes = new Set<string>()

/**
 * Runs `task` while no other process of ours refreshes the login of this folder. The CLI may, because it
 * takes no lock for that, and can store what it was given. What a refresh before has left in the journal is
 * stored first.
 *
 * @throws {StorageError} The lock could not be had, or what is in the journal not be stored.
 */
export function lockHome<Result>(
  home: string,
  task: (journal: RefreshJournal) => Promise<Result>,
  options: LockHomeOptions,
): Promise<Result> {
  const locked = async () => {
    lockedHomes.add(home)
    try {
      await settleJournal(home, options)
      return await withJournal(new JournalFile(toJournal(home), {needed: toLockFiles(home)}), task)
    } finally {
      lockedHomes.delete(home)
    }
  }
  return withFileLock(path.join(home, 'auth.refresh.lock'), locked, options)
}

/** How long whoever only reads waits for a refresh that is about to be stored, in milliseconds. */
const RECOVERY_TIMEOUT_MS = 5000

/**
 * Stores the answer to a refresh whose process ended before it could. Never rejects: whoever needs the login
 * locks it, and hears then of what is wrong.
 */
export async function recoverLogin(home: string, options: ChangeHomeOptions): Promise<void> {
  if (lockedHomes.has(home)) return
  try {
    const entry = await readJournal(toJournal(home))
    if (entry?.answer === undefined || !findSpent(await readLogin(home), entry)) return
    await lockHome(home, async () => {}, {...options, timeoutMs: RECOVERY_TIMEOUT_MS})
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
  }
}

/** Stores what is in the journal, if the folder still holds the login that it is about. */
async function settleJournal(home: string, options: ChangeHomeOptions): Promise<void> {
  const entry = await readJournal(toJournal(home))
  if (!entry) return
  const {askedAtMs, answer = '', receivedAtMs = askedAtMs} = entry
  // Loaded when a process has ended at a bad moment.
  const {readRefreshAnswer} = await import('../../../oauth/refresh.ts')
  const change = (text: string | undefined) => {
    const account = findSpent(parseAuthFile(text), entry)
    const tokens = account && readRefreshAnswer(answer, {previous: account.tokens, receivedAtMs})
    return tokens && changeAuthFile(text, {...account, tokens}, receivedAtMs)
  }
  if (answer !== '') await changeHome(home, change, options)
  const login = await readLogin(home)
  // Of a refresh token that is still there, nobody knows what became of it. That stays written down.
  if (login.kind !== 'chatgpt' || findSpent(login, entry)) return
  await rm(toJournal(home), {force: true}).catch(() => undefined)
}

/** The account, if it holds the refresh token that the entry is about. */
function findSpent(login: Login, {refreshTokenHash}: JournalEntry): Account | undefined {
  if (login.kind !== 'chatgpt') return undefined
  const {account} = login
  return toTokenHash(account.tokens.refreshToken) === refreshTokenHash ? account : undefined
}

function toJournal(home: string): string {
  return path.join(home, 'auth.refresh.journal')
}

/**
 * Puts a new login into a folder. It waits for a refresh of the login before, which would overwrite it.
 *
 * @throws {StorageError} It could not be written; the login before is kept.
 */
export async function renewLogin(
  home: string,
  login: Account,
  options: ChangeHomeOptions,
): Promise<void> {
  await lockHome(home, () => writeLogin(home, login, options), options)
}

/**
 * Takes the login out of a folder, and nothing else. It waits for a refresh, which would bring it back.
 *
 * @throws {StorageError} It could not be removed.
 */
export async function removeLogin(home: string, options: ChangeHomeOptions): Promise<void> {
  const file = toAuthFile(home)
  const remove = () => rm(file, {force: true})
  try {
    await lockHome(home, () => lockFile(home, remove), options)
  } catch (error) {
    throw toStorageError(file, error)
  }
}

/**
 * Gives a folder the settings that keep its login in it. Settings that are there stay as they are.
 *
 * @throws {StorageError} They could not be written.
 */
export async function writeConfig(home: string): Promise<void> {
  const file = path.join(home, 'config.toml')
  try {
    await writeNewFile(file, CONFIG, {flag: 'wx', mode: 0o600})
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw toStorageError(file, error)
  }
}
