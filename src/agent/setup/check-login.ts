/**
 * Logins that an agent cannot use, cannot keep, or shares in a way that ends them.
 *
 * @module
 */
import {constants} from 'node:fs'
import {access, realpath, stat} from 'node:fs/promises'
import path from 'node:path'
import {createAccountDirectories} from '../../accounts/directories/account-directories.ts'
import {readLogin, toAuthFile} from '../../accounts/directories/codex/codex-home.ts'
import {quoteForShell} from '../../codex/cli/quote-for-shell.ts'
import {readText} from '../../files/read-file.ts'
import {hasErrorCode} from '../../files/storage-failure.ts'
import {orderPool} from '../accounts/account-pool.ts'
import type {AgentFolders} from '../agent-options.ts'
import {readTold} from '../home/incident.ts'
import {toLoginCommand} from '../home/login.ts'
import {toProblem, type Finding} from './finding.ts'

/** What is looked at. */
export interface CheckLoginOptions {
  readonly folders: AgentFolders
  readonly env: NodeJS.ProcessEnv
  readonly nowMs: number
  /** Folders of other groups, whose logins must not be copies. Default none. */
  readonly otherHomes?: readonly string[]
}

/** What is damaged there is for `cao doctor` to say. */
const QUIET = {debug: ignore, info: ignore, warn: ignore, error: ignore}

/** What is wrong with the login of a group. */
export async function checkLogin(options: CheckLoginOptions): Promise<readonly Finding[]> {
  const {folders} = options
  const {accounts, codexHome, login} = folders
  const places = [codexHome, login, accounts].filter((place) => place !== undefined)
  const findings = await Promise.all([
    checkPayment(options),
    checkMounts(places.slice(0, 2)),
    ...places.slice(0, 2).map(checkMode),
    checkKept(options),
    checkCopies(options),
  ])
  return findings.flat()
}

async function checkPayment(options: CheckLoginOptions): Promise<readonly Finding[]> {
  const {folders, nowMs} = options
  const {codexHome, login: shared} = folders
  const own = await readLogin(codexHome)
  const found = own.kind === 'missing' && shared !== undefined ? await readLogin(shared) : own
  const fix = toLoginCommand(shared ?? codexHome)
  if (found.kind === 'chatgpt') {
    const {expiresAtMs, refreshToken} = found.account.tokens
    const works = refreshToken !== '' || expiresAtMs > nowMs
    if (!works) return [toProblem('the login has expired, and cannot be refreshed', fix)]
    return (await isRefused(codexHome))
      ? [toProblem('OpenAI has refused the login since it was made', fix)]
      : [{isProblem: false, text: 'there is a ChatGPT login'}]
  }
  if (found.kind === 'damaged' || found.kind === 'unreadable') {
    return [toProblem('auth.json cannot be read', fix)]
  }
  if (found.kind !== 'missing') {
    const what = found.kind === 'api_key' ? 'an API key' : 'a login of another kind'
    return [{isProblem: false, text: `there is ${what} in auth.json`}]
  }
  return [await checkOtherPayment(options, fix)]
}

/** The CLI itself calls a login good whose tokens were spent; only a run shows that. */
async function isRefused(codexHome: string): Promise<boolean> {
  const toldAtMs = await readTold(codexHome, {code: 'auth_expired'})
  const made = await stat(toAuthFile(codexHome)).catch(() => undefined)
  return toldAtMs !== undefined && made !== undefined && made.mtimeMs <= toldAtMs
}

async function checkOtherPayment(
  {env, folders: {accounts}, nowMs}: CheckLoginOptions,
  fix: string,
): Promise<Finding> {
  const apiKey = env['OPENAI_API_KEY']
  if (accounts !== undefined) {
    const directories = createAccountDirectories({base: accounts, now: () => nowMs, log: QUIET})
    const usable = await orderPool(directories, {nowMs}).catch(() => [])
    if (usable.length > 0) return {isProblem: false, text: `the accounts in ${accounts} are used`}
    if (!apiKey) {
      return toProblem(`no account in ${accounts} has a login that works`, 'cao add <name>')
    }
  }
  if (apiKey) return {isProblem: false, text: 'OPENAI_API_KEY is used'}
  return toProblem('there is no login and no API key', fix)
}

/** A file that is a mount cannot be replaced: a refresh would spend the login and not be able to keep the new one. */
async function checkMounts(homes: readonly string[]): Promise<readonly Finding[]> {
  const mounts = await readText('/proc/self/mountinfo').catch(() => undefined)
  const places = new Set(mounts?.split('\n').map((line) => toPlace(line.split(' ')[4])))
  return homes
    .filter((home) => places.has(toAuthFile(home)))
    .map((home) => {
      const fix = `mount the folder in place of the file: -v <host folder>:${home}`
      return toProblem('auth.json is mounted by itself, so a refresh cannot be kept', fix)
    })
}

/** Linux writes what would end a field as octal digits. */
function toPlace(field = ''): string {
  return field.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}

/** Whoever reads it can use it. */
async function checkMode(home: string): Promise<readonly Finding[]> {
  if (process.platform === 'win32') return []
  const file = toAuthFile(home)
  const stats = await stat(file).catch(() => undefined)
  if (!stats || (stats.mode & 0o077) === 0) return []
  return [toProblem(`other users can read ${file}`, `chmod 600 ${quoteForShell(file)}`)]
}

/** A refresh spends a token, and puts the new one beside the old file. */
async function checkKept({folders}: CheckLoginOptions): Promise<readonly Finding[]> {
  const {accounts, codexHome, login} = folders
  const file = await realpath(toAuthFile(codexHome)).catch(() => undefined)
  const own = file === undefined ? [] : [path.dirname(file)]
  const places = [...own, login, accounts].filter((place) => place !== undefined)
  const found = await Promise.all(
    [...new Set(places)].map(async (place) => {
      const error: unknown = await access(place, constants.W_OK).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      if (error === undefined || hasErrorCode(error, 'ENOENT')) return []
      const fix = hasErrorCode(error, 'EROFS')
        ? `mount it without ":ro": -v <host folder>:${place}`
        : `chown "$(id -u)" ${quoteForShell(place)} && chmod 700 ${quoteForShell(place)}`
      const text = `the folder of the login cannot be written to (${place}), so a refresh would be lost`
      return [toProblem(text, fix)]
    }),
  )
  return found.flat()
}

/** Two copies of one ChatGPT login end each other, whichever groups they are in. */
async function checkCopies({
  folders,
  otherHomes = [],
}: CheckLoginOptions): Promise<readonly Finding[]> {
  const homes = [...new Set([folders.codexHome, ...otherHomes])]
  const found = await Promise.all(homes.map(readCopy))
  const copies = found.filter((copy) => copy !== undefined)
  // Links to one file are that file.
  const files = copies.filter(
    ({inode}, index) => copies.findIndex((one) => one.inode === inode) === index,
  )
  return files.flatMap(({home, refreshToken}, index) => {
    const other = files.slice(index + 1).find((one) => one.refreshToken === refreshToken)
    if (!other) return []
    const [target, link] = [other.home, home].map((one) => quoteForShell(toAuthFile(one)))
    const whose = home === folders.codexHome ? 'the login' : `the login in ${home}`
    return [toProblem(`${whose} is a copy of that in ${other.home}`, `ln -sf ${target} ${link}`)]
  })
}

async function readCopy(home: string) {
  const login = await readLogin(home)
  const file = await stat(toAuthFile(home)).catch(() => undefined)
  if (login.kind !== 'chatgpt' || !file) return undefined
  return {home, inode: file.ino, refreshToken: login.account.tokens.refreshToken}
}

function ignore(): void {}
