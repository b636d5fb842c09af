/**
 * `cao import <file or folder>`
 *
 * @module
 */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import {rm} from 'node:fs/promises'
import path from 'node:path'
import {findEntries, isFolder} from '../../accounts/directories/account-folder.ts'
import {chooseAccountName} from '../../accounts/directories/account-name.ts'
import {parseAuthFile} from '../../accounts/directories/codex/auth-file.ts'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import {
  parseForeignLogins,
  toCodexText,
  type ForeignLogin,
} from '../../accounts/directories/import/foreign-formats.ts'
import {importLogin} from '../../accounts/directories/import/import-login.ts'
import {COPY_WARNING} from '../../accounts/directories/import/import-logins.ts'
import {CodexError} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import {toStorageError} from '../../files/storage-failure.ts'
import {readEndpoints} from '../../codex/endpoints.ts'
import {findSameAccount} from '../accounts/find-same-account.ts'
import type {Cli} from '../cli.ts'

/** Room for an answer, in bytes: tokens have some 10,000. */
const ROOM = 65_536

/** Options of `cao import`. */
export interface ImportLoginsOptions {
  /** Whether logins that are there may be replaced. Default false. */
  readonly overwrite?: boolean
}

/** Takes over the logins that other tools keep or have exported, in any format that is known. */
export async function importLogins(
  cli: Cli,
  source: string,
  {overwrite = false}: ImportLoginsOptions,
): Promise<number> {
  const {io} = cli
  const place = path.resolve(source)
  const files = (await isFolder(place))
    ? (await findEntries(place))
        .filter((name) => /\.(?:json|jsonl|txt)$/i.test(name))
        .toSorted()
        .map((name) => path.join(place, name))
    : [place]
  const imported: string[] = []
  const counts = {skipped: 0, errors: 0}
  for (const file of files) {
    const found = await readLogins(cli, file)
    if (found.length === 0) counts.errors += 1
    for (const login of found) {
      const name = await importOne(cli, {login, file, overwrite})
      if (name === 'error') counts.errors += 1
      else if (name === 'kept') counts.skipped += 1
      else imported.push(name.name)
    }
  }
  const {skipped, errors} = counts
  io.out(`Import complete. Imported: ${imported.length}, skipped: ${skipped}, errors: ${errors}.`)
  if (imported.length > 0) {
    io.out(`Imported accounts: ${imported.join(', ')}`)
    io.err(`Warning: ${COPY_WARNING}`)
  }
  return imported.length === 0 && errors > 0 ? 1 : 0
}

async function readLogins({io}: Cli, file: string): Promise<readonly ForeignLogin[]> {
  try {
    const text = await readText(file)
    const logins = text === undefined ? [] : parseForeignLogins(text)
    const [first] = logins
    if (first) io.out(`${path.basename(file)}: ${first.format}, logins: ${logins.length}`)
    else {
      const fact = text === undefined ? 'there is no such file.' : 'no login of a known format.'
      io.err(`Skipping '${path.basename(file)}': ${fact}`)
    }
    return logins
  } catch (error) {
    if (!(error instanceof CodexError)) throw error
    io.err(`Skipping '${path.basename(file)}': ${error.message}`)
    return []
  }
}

interface Import {
  readonly login: ForeignLogin
  readonly file: string
  readonly overwrite: boolean
}

async function importOne(
  cli: Cli,
  {login, file, overwrite}: Import,
): Promise<'error' | 'kept' | {readonly name: string}> {
  const {directories, io} = cli
  try {
    const content = toCodexText(login)
    if (content === undefined) return {name: await renewFirst(cli, login)}
    const parsed = parseAuthFile(content)
    const account = parsed.kind === 'chatgpt' ? parsed.account : undefined
    const name = await findName(cli, {id: account?.id, email: account?.email ?? login.email})
    const found = {file, content, name, login: parsed, isActive: false}
    const {kind, warning} = await importLogin(found, directories, {as: 'copy', overwrite})
    if (kind === 'imported') return {name}
    io.err(warning ?? `${name} has a login already, which stays. Use --overwrite to replace it.`)
    return 'kept'
  } catch (error) {
    if (!(error instanceof CodexError)) throw error
    io.err(`Skipping a login of '${path.basename(file)}': ${error.message}`)
    return 'error'
  }
}

/** The account that has this login already, else a new name. */
async function findName(
  cli: Cli,
  {id, email}: {readonly id: string | undefined; readonly email: string | undefined},
): Promise<string> {
  const {directories} = cli
  const same = await findSameAccount(cli, id)
  const folders = await directories.folders()
  const taken = [...folders.map(({name}) => name), ...(await findEntries(directories.base))]
  return same?.name ?? chooseAccountName(email, taken)
}

/**
 * Trades a refresh token that came alone, and stores what it brings. From the moment of the answer on, it is in a
 * file of its own that can be imported as well.
 */
async function renewFirst(cli: Cli, {email, refreshToken = ''}: ForeignLogin): Promise<string> {
  const {directories, env, fetch, io, now} = cli
  const {refreshTokens} = await import('../../oauth/refresh.ts')
  const answerFile = path.join(directories.base, `import-${now()}.json`)
  const {home, name: firstName} = await directories.create(
    await findName(cli, {id: undefined, email}),
  )
  const tokens = {accessToken: '', refreshToken, expiresAtMs: 0}
  const state = {isAnswered: false, isStored: false}
  let room: number | undefined
  try {
    const file = openRoom(answerFile)
    room = file
    const keep = async (answer: string) => {
      keepAnswer(file, answer)
      state.isAnswered = true
    }
    const {server} = readEndpoints(env)
    await cli.underWay.add(async () => {
      const renewed = await refreshTokens(tokens, {server, fetch, now, keep})
      await directories.writeLogin(firstName, renewed)
    })
    state.isStored = true
    io.out(
      `${firstName}: its refresh token was traded for new tokens, and works nowhere else any more.`,
    )
    return firstName
  } finally {
    if (room !== undefined) closeSync(room)
    const isLost = state.isAnswered && !state.isStored
    if (isLost) io.err(`What the server answered is kept in ${answerFile}.`)
    else await rm(answerFile, {force: true})
    if (!state.isStored && (await readLogin(home)).kind === 'missing')
      await directories.remove(firstName)
  }
}

/** Writes over the room. If that fails, the answer is in memory, and is stored from there. */
function keepAnswer(room: number, answer: string): void {
  try {
    writeSync(room, answer, 0)
    ftruncateSync(room, Buffer.byteLength(answer))
    fsyncSync(room)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

/** The file is made before anybody asks: without room for the answer, the refresh token must not be sent. */
function openRoom(file: string): number {
  let room: number | undefined
  try {
    room = openSync(file, 'wx', 0o600)
    // Written to its end, since room that is only promised is none on a full disk.
    writeFileSync(room, ' '.repeat(ROOM))
    fsyncSync(room)
    return room
  } catch (error) {
    if (room !== undefined) {
      closeSync(room)
      rmSync(file, {force: true})
    }
    throw toStorageError(file, error)
  }
}
