/**
 * `cao gateway enable` and `cao gateway disable`, and what repairs them.
 *
 * @module
 */
import path from 'node:path'
import process from 'node:process'
import {createDamageListener} from '../../../accounts/directories/damaged-file.ts'
import {toCandidates} from '../../../codex/cli/find-program.ts'
import {parseEndpoint} from '../../../codex/parse-endpoint.ts'
import {ConfigurationError} from '../../../errors.ts'
import {Routing, type RoutingWish} from '../../../gateway/codex-config/routing.ts'
import type {ShimCommands} from '../../../gateway/codex-config/shim.ts'
import type {KeyWish} from '../../../gateway/keys/client-key.ts'
import {readCredentials} from '../../accounts/credentials.ts'
import type {Cli} from '../../cli.ts'
import {chooseCodex} from '../../codex/choose-codex.ts'
import {CommandError, reportError} from '../../report-error.ts'
import {openKeyFile} from '../keys/open-key-file.ts'

/** Options of `cao gateway enable`. */
export interface EnableOptions {
  /** Where the gateway is. */
  readonly baseUrl?: string
}

/** For a Codex without a login of one of the accounts. */
const CODEX_KEY: KeyWish = {
  name: 'codex',
  class: 'interactive',
  scopes: ['answers', 'images', 'codex'],
}

/** Where the gateway is, unless somebody says otherwise. */
const BASE_URL = 'http://127.0.0.1:4319'

/** Leads Codex to the gateway. Errors are reported here: this is a part with a copy of their classes. */
export function enableGateway(cli: Cli, options: EnableOptions): Promise<number> {
  return reported(cli, () => enable(cli, options))
}

/** Takes back what {@link enableGateway} did. */
export function disableGateway(cli: Cli): Promise<number> {
  return reported(cli, async () => {
    const {configs, isShimRemoved, keyIds} = await createRouting(cli).disable(toCodexHome(cli))
    if (keyIds.length > 0) await openKeyFile(cli).remove(keyIds)
    for (const file of configs) cli.io.out(`Codex config restored: ${file}`)
    if (configs.length === 0) cli.io.out('No config of Codex leads to the gateway.')
    cli.io.out(isShimRemoved ? 'Codex shim removed.' : 'No codex shim found.')
    return 0
  })
}

/** Takes back what an earlier command was interrupted in. */
export function repairRouting(cli: Cli): Promise<number> {
  return reported(cli, async () => {
    const removed = await createRouting(cli).repair()
    if (removed) {
      if (removed.keyIds.length > 0) await openKeyFile(cli).remove(removed.keyIds)
      cli.io.err('An interrupted change of the settings of Codex was taken back.')
    }
    return 0
  })
}

/** Takes everything back until the next start, as the gateway stops. */
export function pauseRouting(cli: Cli): Promise<number> {
  return reported(cli, async () => {
    const {keyIds} = await createRouting(cli).pause()
    if (keyIds.length > 0) await openKeyFile(cli).remove(keyIds)
    return 0
  })
}

/** Leads Codex to the gateway that has just started, where that was asked for. */
export function resumeRouting(cli: Cli, origin: string): Promise<number> {
  return reported(cli, async () => {
    const {baseUrl, codex, homes, state} = await createRouting(cli).read()
    const isThere = state === 'routed' && baseUrl === origin
    if (isThere || codex === undefined || (state !== 'paused' && state !== 'routed')) return 0
    for (const home of homes) await lead(cli, {home, baseUrl: origin, codex})
    return 0
  })
}

async function enable(cli: Cli, {baseUrl: given}: EnableOptions): Promise<number> {
  const {env, io} = cli
  const baseUrl = parseBaseUrl(given)
  const shimFile = toShimFile(cli)
  const codex = await findRealCodex(env)
  const home = toCodexHome(cli)
  const {hasKey, shim} = await lead(cli, {home, baseUrl, codex})
  io.out(`Codex config updated: ${path.join(home, 'config.toml')}`)
  if (hasKey)
    io.out('Codex has no login of your accounts here: it uses a client key of the gateway.')
  if (shim === 'installed') io.out(`Codex shim installed: ${shimFile}`)
  io.out(`Real codex: ${codex}`)
  if (shim === 'taken') {
    io.err(
      `Warning: ${shimFile} is another program's, and was left alone. Run cao gateway start before Codex.`,
    )
  }
  if (shim === 'installed' && shimFile !== undefined) warnOfPath(cli, {shimFile, codex})
  return 0
}

interface Leading {
  readonly home: string
  readonly baseUrl: string
  /** The real Codex CLI. */
  readonly codex: string
}

async function lead(cli: Cli, {home, baseUrl, codex}: Leading) {
  const keys = openKeyFile(cli)
  const routing = createRouting(cli)
  const before = await routing.read()
  const isOfAccount = await hasLoginOfAccount(cli, home)
  const made = isOfAccount ? undefined : await keys.add(CODEX_KEY)
  const wish: RoutingWish = {
    home,
    route: {baseUrl, ...(made && {key: made.key})},
    keyId: made?.record.id,
    shim: {codex, ...toStart(cli, baseUrl)},
  }
  const shim = await routing.enable(wish).catch(async (error: unknown) => {
    if (made) await keys.remove([made.record.id])
    throw error
  })
  // A key of an earlier time is in no settings any more.
  const isAlone = before.homes.every((one) => one === home)
  if (isAlone && before.keyIds.length > 0) await keys.remove(before.keyIds)
  return {hasKey: made !== undefined, shim}
}

function createRouting(cli: Cli): Routing {
  const {directories, log, now} = cli
  const onDamage = createDamageListener(log)
  return new Routing({base: directories.base, shimFile: toShimFile(cli), now, onDamage})
}

/**
 * The address of a gateway, without a path: the path decides what the CLI does, and is added where it is written.
 *
 * @throws {ConfigurationError} Tokens must not go there, or it has a path.
 */
function parseBaseUrl(given: string | undefined): string {
  const url = parseEndpoint('--base-url', given, BASE_URL)
  const {origin, pathname} = new URL(url)
  if (pathname === '/' || pathname === '/v1') return origin
  throw new ConfigurationError(
    `--base-url must be the address of the gateway without a path, such as ${BASE_URL}.`,
  )
}

/** Those of the user's own Codex, unless the environment names others. */
function toCodexHome({env, userHome}: Cli): string {
  const named = env['CODEX_HOME']?.trim() ?? ''
  return named === '' ? path.join(userHome, '.codex') : path.resolve(named)
}

/** It is a script for a shell, which Windows has not. */
function toShimFile({userHome}: Cli): string | undefined {
  return process.platform === 'win32' ? undefined : path.join(userHome, '.local', 'bin', 'codex')
}

/** Whether the login of the CODEX_HOME is one that the gateway knows: then it counts as the key of its client. */
async function hasLoginOfAccount({directories}: Cli, home: string): Promise<boolean> {
  const folders = await directories.folders()
  const homes = [home, ...folders.map((folder) => folder.home)]
  const [own, ...others] = (await Promise.all(homes.map(readCredentials))).map(({login}) =>
    login.kind === 'chatgpt' ? login.account.id : undefined,
  )
  return own !== undefined && others.includes(own)
}

/** @throws {CommandError} There is none. */
async function findRealCodex(env: NodeJS.ProcessEnv): Promise<string> {
  const {file} = await chooseCodex('codex', {env})
  if (file !== 'codex') return path.resolve(file)
  throw new CommandError('There is no Codex CLI in the PATH, so nothing was changed.', {
    hint: 'Install it with npm install -g @openai/codex.',
  })
}

/** What the shim does before it starts Codex. */
function toStart({directories, userHome}: Cli, baseUrl: string): Omit<ShimCommands, 'codex'> {
  const {base} = directories
  const isOwnBase = base === path.join(userHome, '.codex-account-orchestrator')
  const {port} = new URL(baseUrl)
  const start = ['gateway', 'start', '--detach', ...(port === '' ? [] : ['--port', port])]
  return {
    start: [
      process.execPath,
      path.resolve(process.argv[1] ?? ''),
      ...(isOwnBase ? [] : ['--data-dir', base]),
      ...start,
    ],
    stateFile: path.join(base, 'gateway.state.json'),
  }
}

/** The first `codex` in the PATH is the one that is started. */
function warnOfPath(
  {env, io}: Cli,
  {shimFile, codex}: {readonly shimFile: string; readonly codex: string},
): void {
  const files = toCandidates('codex', {env}).map((file) => path.resolve(file))
  const folder = path.dirname(shimFile)
  if (!files.includes(shimFile)) {
    io.err(`Warning: ${folder} is not in PATH. Update PATH to use the shim.`)
  } else if (files.indexOf(codex) < files.indexOf(shimFile)) {
    io.err(
      `Warning: ${path.dirname(codex)} comes before ${folder} in PATH. Change their order to use the shim.`,
    )
  }
}

async function reported(cli: Cli, task: () => Promise<number>): Promise<number> {
  try {
    return await task()
  } catch (error) {
    reportError(error, cli.io, false)
    return 1
  }
}
