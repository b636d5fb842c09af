/**
 * Letting the official CLI log in: by its app-server, or else by what `codex login --device-auth` prints.
 *
 * @module
 */
import {findServerProgram} from '../../../codex/cli/find-program.ts'
import {DEFAULT_ISSUER} from '../../../codex/endpoints.ts'
import {ConnectorError} from '../../connector-error.ts'
import type {CliInfo, DriverResult, LoginDriver} from '../login-driver.ts'
import type {PlaceLocation} from '../place-location.ts'
import type {CliLogin} from './cli-login.ts'
import {runCli} from './cli-process.ts'
import {AppServerUnsupportedError, logInByAppServer} from './log-in-by-app-server.ts'
import {logInByText} from './log-in-by-text.ts'
import {createStage, findCredentialStore} from './stage.ts'

/** How long a short command may take, in milliseconds. */
const COMMAND_TIMEOUT_MS = 10_000

/** Ways to log in. */
export type CliWay = 'app-server' | 'text'

/** Which CLI, and the effects. */
export interface CodexCliDriverOptions extends Pick<CliLogin, 'delay' | 'env' | 'now'> {
  /** A name, which is looked for in the PATH, or the path of a file. */
  readonly codex: string
  /** Tried in turn. Default: app-server first, text second. */
  readonly ways?: readonly CliWay[]
  readonly issuer: URL
  readonly platform: NodeJS.Platform
}

/** Creates the driver. Nothing is started yet. */
export function createCodexCliDriver(options: CodexCliDriverOptions): LoginDriver {
  const {codex, env, platform} = options
  let info: Promise<CliInfo> | undefined

  async function find(): Promise<string> {
    const program = await findServerProgram(codex, {env, platform})
    if (program === undefined) throw new ConnectorError('cli_missing')
    return program
  }

  async function askVersion(): Promise<CliInfo> {
    const program = await findServerProgram(codex, {env, platform})
    if (program === undefined) return {installed: false, version: null}
    const args = ['--version']
    const run = {program, args, home: undefined, env}
    const {output} = await runCli(run, COMMAND_TIMEOUT_MS).catch(() => ({output: ''}))
    return {installed: true, version: /(?<!\d)\d+\.\d+\.\d+\S*/.exec(output)?.[0] ?? null}
  }

  return {
    isSimulated: false,
    async logIn(location, {onCode, signal}) {
      const program = await find()
      const {delay, now} = options
      const issuer = toIssuer(options.issuer)
      const login = {program, env, issuer, now, delay, onCode, signal}
      return stageLogin(location, (home) => logInByWays({...login, home}, options.ways))
    },
    async findCli() {
      info ??= askVersion()
      const found = await info
      // It may be installed at any moment.
      if (!found.installed) info = undefined
      return found
    },
    async readKeyring({folder, kind}) {
      if (kind !== 'codex-home' || (await findCredentialStore(folder)) === 'file') return undefined
      const run = {program: await find(), args: ['login', 'status'], home: folder, env}
      const {errorText, output} = await runCli(run, COMMAND_TIMEOUT_MS)
      return readLoginStatus(`${output}\n${errorText}`)
    },
    async logInWithApiKey({folder, kind}, apiKey) {
      // Account folders are for accounts: their settings would delete a key.
      if (kind !== 'codex-home') throw new ConnectorError('api_key_unsupported')
      const args = ['login', '--with-api-key']
      const run = {program: await find(), args, home: folder, env, input: `${apiKey}\n`}
      const {errorText, exitCode} = await runCli(run, COMMAND_TIMEOUT_MS)
      if (exitCode !== 0) throw new ConnectorError(toKeyProblem(errorText))
    },
  }
}

function toIssuer(url: URL): CliLogin['issuer'] {
  return {url, isDefault: url.origin === DEFAULT_ISSUER}
}

async function stageLogin(
  {folder, kind}: PlaceLocation,
  logIn: (home: string) => Promise<void>,
): Promise<DriverResult> {
  const store = kind === 'codex-home' ? await findCredentialStore(folder) : 'file'
  if (store === 'auto' || store === 'keyring') {
    await logIn(folder)
    return {kind: 'stored'}
  }
  // It would be gone with the process of the CLI.
  if (store !== 'file') throw new ConnectorError('credential_store')
  const stage = await createStage(folder)
  try {
    await logIn(stage.home)
    const text = await stage.readLogin()
    if (text === undefined) throw new ConnectorError('storage_failed')
    return {kind: 'auth-file', text}
  } finally {
    await stage.remove()
  }
}

async function logInByWays(
  login: CliLogin,
  ways: readonly CliWay[] = ['app-server', 'text'],
): Promise<void> {
  if (!ways.includes('app-server')) return logInByText(login)
  try {
    await logInByAppServer(login)
  } catch (error) {
    if (!(error instanceof AppServerUnsupportedError)) throw error
    if (!ways.includes('text')) throw new ConnectorError('parse_failed', {cause: error})
    await logInByText(login)
  }
}

/** Reads what `codex login status` says, in the words of each version. */
export function readLoginStatus(text: string): 'api_key' | 'chatgpt' | 'none' {
  if (/not logged in/i.test(text)) return 'none'
  if (/logged in using chatgpt/i.test(text)) return 'chatgpt'
  return /api key (?:configured|is configured)|logged in using an api key/i.test(text)
    ? 'api_key'
    : 'none'
}

function toKeyProblem(text: string): 'api_key_refused' | 'login_disabled_by_policy' {
  return /login is disabled/i.test(text) ? 'login_disabled_by_policy' : 'api_key_refused'
}
