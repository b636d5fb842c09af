import {execFile, spawn, type ChildProcessByStdio} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readdirSync} from 'node:fs'
import {mkdtemp, mkdir, rename, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import type {Readable} from 'node:stream'
import {promisify, stripVTControlCharacters} from 'node:util'
import type {TestContext} from 'vitest'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import type {ProductionProxy} from '../servers/production-proxy.ts'
import {IS_EVERY_RELEASE, IS_THOROUGH} from '../thoroughness.ts'

/** A release that tests run with. */
export type CodexVersion = '0.169.0' | '0.171.0'

/** The newest release, which every test runs with. */
export const CODEX_VERSION = '0.171.0'

/** What users do every day is tested with all of them in CI. */
export const CODEX_VERSIONS: readonly CodexVersion[] = IS_EVERY_RELEASE
  ? ['0.169.0', CODEX_VERSION]
  : [CODEX_VERSION]

/** What takes long and is the same in every release: only a thorough run tries it with all of them. */
export const THOROUGH_CODEX_VERSIONS: readonly CodexVersion[] = IS_THOROUGH
  ? CODEX_VERSIONS
  : [CODEX_VERSION]

const CACHE = path.resolve(import.meta.dirname, '../../../.cache')
const ENTRY = path.join('node_modules', '@openai', 'codex', 'bin', 'codex.js')

/** The CLI as npm installs it, to be run with Node. */
export function toCodexEntry(version: CodexVersion = CODEX_VERSION): string {
  return path.join(toFolder(version), ENTRY)
}

/**
 * The native program inside, which `codex.js` starts. It is three times sooner done with a short command.
 *
 * @throws {Error} There is none, for example because it is not installed.
 */
export function findCodexProgram(version: CodexVersion = CODEX_VERSION): string {
  const scope = path.join(toFolder(version), 'node_modules', '@openai')
  const name = process.platform === 'win32' ? 'codex.exe' : 'codex'
  const vendor = path.join(scope, `codex-${process.platform}-${process.arch}`, 'vendor')
  const programs = readdirSync(vendor).map((target) => path.join(vendor, target, 'bin', name))
  const program = programs.find((file) => existsSync(file))
  if (program === undefined) throw new Error(`There is no ${name} in ${vendor}`)
  return program
}

/** Nothing listens there, so a request to the outside fails at once. */
const REFUSING_PROXY = 'http://127.0.0.1:9'

const QUIET_CONFIG = `cli_auth_credentials_store = "file"
check_for_update_on_startup = false
[analytics]
enabled = false
[features]
apps = false
plugins = false
remote_plugin = false
`

/** What a run of the CLI came to. */
export interface CodexResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A CLI that runs. */
export interface CodexRun {
  /** Waits for something in its output, without colours; the first group. */
  readonly find: (pattern: RegExp) => Promise<string>
  readonly result: Promise<CodexResult>
}

/** A CODEX_HOME of its own, and the CLI in it. */
export interface Codex {
  readonly home: string
  /** Starts the CLI, with nothing on its standard input. */
  readonly start: (...args: readonly string[]) => CodexRun
  /** Runs the CLI to its end. */
  readonly run: (...args: readonly string[]) => Promise<CodexResult>
}

/**
 * Installs the releases of the official CLI, once, beside the checkout. Two tests may do it at the same time:
 * each installs into a directory of its own, and the first one to finish gives it the name.
 */
export async function installCodexCli(): Promise<void> {
  await Promise.all(CODEX_VERSIONS.map(install))
}

async function install(version: CodexVersion): Promise<void> {
  if (existsSync(toCodexEntry(version))) return
  await mkdir(CACHE, {recursive: true})
  const directory = await mkdtemp(`${toFolder(version)}.`)
  const flags = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund']
  const args = ['install', '--prefix', directory, ...flags, `@openai/codex@${version}`]
  await promisify(execFile)('npm', args, {cwd: directory})
  await rename(directory, toFolder(version)).catch(() => rm(directory, {recursive: true}))
}

function toFolder(version: CodexVersion): string {
  return path.join(CACHE, `codex-cli-${version}`)
}

/** How a CODEX_HOME is set up. */
export interface CodexOptions {
  readonly model: string
  /** Of the test itself: tests that run side by side have no other way to tell them apart. */
  readonly onTestFinished: TestContext['onTestFinished']
  /** Reaches the simulator under the names of the real servers, without any other setting. */
  readonly proxy?: ProductionProxy
  /** Default: the newest. */
  readonly version?: CodexVersion
}

/** Makes a CODEX_HOME that points at a simulator. It is removed when the test ends. */
export async function createCodex(
  simulator: Simulator,
  {model, onTestFinished, proxy, version}: CodexOptions,
): Promise<Codex> {
  const home = await mkdtemp(path.join(tmpdir(), 'codex-home-'))
  onTestFinished(() => rm(home, {recursive: true, maxRetries: 3}))
  const endpoints = proxy ? '' : toEndpointConfig(simulator)
  await writeFile(path.join(home, 'config.toml'), toConfig(model, endpoints))
  const environment = {
    PATH: process.env['PATH'],
    HOME: home,
    CODEX_HOME: home,
    NO_PROXY: '127.0.0.1,localhost',
    ...(proxy ? toProxyEnvironment(proxy) : toEnvironment(simulator)),
  }
  const start = (...args: readonly string[]) => {
    const child = spawn(findCodexProgram(version), args, {
      cwd: home,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => void child.kill())
    return follow(child)
  }
  return {home, start, run: (...args) => start(...args).result}
}

/** Writes the file that a login of the CLI leaves behind. */
export async function writeAuthFile(
  codex: Codex,
  simulator: Simulator,
  {expiresInSeconds}: {readonly expiresInSeconds?: number} = {},
): Promise<void> {
  const [account] = simulator.accounts
  const options = expiresInSeconds === undefined ? {} : {expiresInSeconds}
  const {id_token, access_token, refresh_token} = await simulator.issueTokens(undefined, options)
  const auth = {
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens: {id_token, access_token, refresh_token, account_id: account?.accountId},
    last_refresh: new Date().toISOString(),
  }
  await writeFile(path.join(codex.home, 'auth.json'), JSON.stringify(auth), {mode: 0o600})
}

/** Settings that point a CODEX_HOME at a simulator. */
export function toCodexConfig(simulator: Simulator, model: string): string {
  return toConfig(model, toEndpointConfig(simulator))
}

/** Variables that keep the CLI to a simulator. */
export function toCodexEnvironment(simulator: Simulator): NodeJS.ProcessEnv {
  return {NO_PROXY: '127.0.0.1,localhost', ...toEnvironment(simulator)}
}

function toConfig(model: string, endpoints: string): string {
  return `model = "${model}"\n${endpoints}${QUIET_CONFIG}`
}

/** The two origins have to differ: the CLI wants HTTPS when they are the same. */
function toEndpointConfig({url}: Simulator): string {
  return `openai_base_url = "http://127.0.0.1:${url.port}/backend-api/codex"
chatgpt_base_url = "http://localhost:${url.port}/backend-api/"
`
}

function toEnvironment({issuer}: Simulator): NodeJS.ProcessEnv {
  return {
    CODEX_REFRESH_TOKEN_URL_OVERRIDE: new URL('/oauth/token', issuer).href,
    HTTPS_PROXY: REFUSING_PROXY,
  }
}

function toProxyEnvironment({url, authorityFile}: ProductionProxy): NodeJS.ProcessEnv {
  return {HTTPS_PROXY: url.href, CODEX_CA_CERTIFICATE: authorityFile}
}

function follow(child: ChildProcessByStdio<null, Readable, Readable>): CodexRun {
  const output = {stdout: '', stderr: ''}
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += stripVTControlCharacters(text)
    })
  }
  const ended = once(child, 'close')
  return {
    find: async (pattern) => {
      for (;;) {
        const found = pattern.exec(output.stdout + output.stderr)?.[1]
        if (found !== undefined) return found
        const isMore = Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')])
        const hasEnded = await Promise.race([isMore.then(() => false), ended.then(() => true)])
        if (hasEnded) throw new Error(`codex ended: ${output.stderr}`)
      }
    },
    result: ended.then(() => ({code: child.exitCode, ...output})),
  }
}
