/**
 * `cao add <name>`
 *
 * @module
 */
import type {Cli} from '../cli.ts'
import {describeLimits, isApp, readCredentials, readLoginState} from '../accounts/credentials.ts'
import {CommandError} from '../report-error.ts'

/** Options of `cao add`. */
export interface AddOptions {
  /** Logs in by "Sign in with ChatGPT". Default: the kind of the login before, else that of Codex. */
  readonly app?: boolean
  /** The Codex CLI that does the login; `undefined` leaves it to this program. */
  readonly codex?: string
  /** Logs in with a code that is typed on any device. Default false. */
  readonly deviceAuth?: boolean
  /** Logs in again, even where there is a login that works. */
  readonly force?: boolean
  /** Whether to log in at all. Default true. */
  readonly login?: boolean
}

/** The longest to wait for the backend to say whether a login works, in milliseconds. */
const ASK_TIMEOUT_MS = 5000

/**
 * Adds an account, and logs in.
 *
 * @returns The exit code: that of the Codex CLI where it logs in and fails.
 */
export async function add(cli: Cli, text: string, options: AddOptions): Promise<number> {
  const {directories, io} = cli
  const before = await directories.folders()
  const {name, home} = await directories.create(text)
  const isKnown = before.some((folder) => folder.name === name)
  await tellOfAccount(cli, {name, home, isKnown, isOfApp: options.app})
  if (options.login === false) return 0
  if (options.app === true && options.force !== true) await assertSameKind({name, home})
  const isAgain = options.force === true || (await isWantedAgain(cli, {name, home}))
  if (!isAgain && options.codex === undefined && (await isConfigured(home))) {
    io.out('OAuth already configured for this account.')
    return 0
  }
  const {logIn} = await import('../login/log-in.ts')
  let exitCode = 1
  try {
    exitCode = await logIn(cli, {name, home, isAgain, ...options})
    if (exitCode === 0) await replaceEmptyDefault(cli, name)
    return exitCode
  } finally {
    if (exitCode !== 0 && !(await isConfigured(home))) {
      io.err(
        `${name} is kept without a login. Run \`cao add ${name}\` to log in, or \`cao remove ${name}\`.`,
      )
    }
  }
}

interface AddedAccount extends Place {
  readonly isKnown: boolean
  /** Default: what it is. */
  readonly isOfApp: boolean | undefined
}

async function tellOfAccount({directories, io}: Cli, account: AddedAccount): Promise<void> {
  const {name, home, isKnown, isOfApp = isApp((await readCredentials(home)).login)} = account
  const folders = await directories.folders()
  io.out(`${isKnown ? 'Account' : 'Added account'}: ${name}`)
  io.out(`Account directory: ${home}`)
  io.out(`Default account: ${folders.find(({isDefault}) => isDefault)?.name ?? '(none)'}`)
  io.out(`Run \`${isOfApp ? 'cao gateway start' : 'cao run'}\` to start with fallback.`)
}

/**
 * A login of Codex stays where it is, unless the user says otherwise: `cao run` may live on it.
 *
 * @throws {CommandError} There is one.
 */
async function assertSameKind({name, home}: Place): Promise<void> {
  const {isLoggedIn, login} = await readCredentials(home)
  if (!isLoggedIn || isApp(login)) return
  throw new CommandError(`${name} has a login of Codex.`, {
    hint: `Take another name for the login by "Sign in with ChatGPT", or add --force to replace the one of ${name}.`,
  })
}

/** An account that cannot answer is no good default, once another one can. */
async function replaceEmptyDefault({directories, io}: Cli, name: string): Promise<void> {
  const folders = await directories.folders()
  const current = folders.find(({isDefault}) => isDefault)
  if (!current || current.name === name || (await isConfigured(current.home))) return
  await directories.setDefault(name)
  io.out(`Default account set to: ${name}, because ${current.name} has no login.`)
}

interface Place {
  readonly name: string
  readonly home: string
}

/** Whether there is a login, and a new one has to take its place: it has ended, or the user says so. */
async function isWantedAgain(cli: Cli, {name, home}: Place): Promise<boolean> {
  const {directories, io} = cli
  const found = await readCredentials(home)
  if (found.login.kind !== 'chatgpt') return false
  if (found.codexProblem !== undefined && (await directories.repairLogin({home}))) {
    io.out('Repaired the login: the Codex CLI could not read it.')
  }
  const credentials = await readCredentials(home)
  const {login} = credentials
  if (login.kind !== 'chatgpt') return false
  const [limit] = describeLimits(credentials)
  if (limit !== undefined) {
    io.err(`The login of ${name} is limited: ${limit}.`)
    return true
  }
  const {id} = login.account
  // What ended it may not be known yet.
  const {askUsage} = await import('../accounts/ask-usage.ts')
  const isWanted = (account: {readonly id: string}) => account.id === id
  const errors = await askUsage(cli, {timeoutMs: ASK_TIMEOUT_MS, mayRefresh: true, isWanted})
  const status = await directories.status(name)
  const {state} = readLoginState(credentials, {status, nowMs: cli.now()})
  const isUnsure = errors.has(id) && status.lastError === 'auth_failed'
  if (state === 'login-needed' || errors.get(id)?.isRejected === true || isUnsure) {
    io.err(`The login of ${name} no longer works.`)
    return true
  }
  if (!io.canAsk) return false
  const {confirm} = await import('../prompts.ts')
  return confirm(`${name} is logged in. Log in again?`, {io, byDefault: false})
}

async function isConfigured(home: string): Promise<boolean> {
  const {isLoggedIn, login} = await readCredentials(home)
  return isLoggedIn || login.kind === 'api_key' || login.kind === 'other'
}
