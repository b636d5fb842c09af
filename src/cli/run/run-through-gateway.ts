/**
 * `cao run --gateway`
 *
 * @module
 */
import type {AccountFolder} from '../../accounts/directories/base-folder.ts'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import {parseEndpoint} from '../../codex/parse-endpoint.ts'
import type {Cli} from '../cli.ts'
import {isApp} from '../accounts/credentials.ts'
import {chooseCodex} from '../codex/choose-codex.ts'
import {DEFAULT_PORT} from '../gateway/settings/gateway-settings.ts'
import {readGatewayState} from '../gateway/state/gateway-state.ts'
import {CommandError} from '../report-error.ts'
import {attempt} from './attempt.ts'

/** Options of `cao run --gateway`. */
export interface GatewayRunOptions {
  readonly codex: string
  /** Default: where the gateway of these accounts listens. */
  readonly gatewayUrl?: string
  readonly quiet?: boolean
}

/** What Codex is told, so that it asks the gateway and nobody else. */
interface GatewayAddresses {
  readonly openai: string
  readonly chatgpt: string
}

/** With such a path, Codex 0.169.0 and 0.171.0 would ask ChatGPT itself, without a word. */
const BYPASSED_PATH = /\/backend-api\/codex$/

/** How long the gateway may take to say that it is there, in milliseconds. */
const TIMEOUT_MS = 5000

/**
 * Runs the Codex CLI once. The gateway changes accounts, so no other one takes over here, and nothing is written down
 * of the account whose CODEX_HOME is used: it need not be the one that answers.
 *
 * @throws {CommandError} There is no gateway.
 */
export async function runThroughGateway(
  cli: Cli,
  {folders, args}: {readonly folders: readonly AccountFolder[]; readonly args: readonly string[]},
  options: GatewayRunOptions,
): Promise<number> {
  const {directories, env, io} = cli
  const addresses = await findAddresses(directories.base, options.gatewayUrl)
  await assertAnswers(cli, addresses)
  const codex = await chooseCodex(options.codex, {env})
  const note = (line: string) => {
    if (options.quiet !== true) io.err(line)
  }
  note(`Gateway routing enabled: ${addresses.openai}`)
  note('Gateway mode disables CLI fallback (handled by gateway).')
  const {exitCode} = await attempt(
    {
      cli,
      codex,
      args: [...toSettings(addresses), ...args],
      isDirect: true,
      hasFallback: false,
      mayAsk: false,
      input: undefined,
      retryDelayMs: 0,
      note,
      record: async () => {},
    },
    await chooseHome(folders),
  )
  return exitCode
}

/** Settings outrank those of any file. */
function toSettings({openai, chatgpt}: GatewayAddresses): readonly string[] {
  return ['-c', `openai_base_url="${openai}"`, '-c', `chatgpt_base_url="${chatgpt}"`]
}

async function findAddresses(base: string, typed: string | undefined): Promise<GatewayAddresses> {
  const {url = `http://127.0.0.1:${DEFAULT_PORT}`} = (await readGatewayState(base)) ?? {}
  const address = parseEndpoint('--gateway-url', typed, new URL(url).origin)
  if (BYPASSED_PATH.test(address)) {
    throw new CommandError(`With ${address}, Codex would ask ChatGPT itself, past the gateway.`, {
      hint: 'Name the gateway without a path, for example http://127.0.0.1:4319.',
    })
  }
  const root = address.replace(/\/(?:v1)?$/, '')
  return {openai: `${root}/v1`, chatgpt: `${root}/backend-api/`}
}

async function assertAnswers({fetch}: Cli, {openai}: GatewayAddresses): Promise<void> {
  const {origin} = new URL(openai)
  try {
    const {ok} = await fetch(`${origin}/health`, {signal: AbortSignal.timeout(TIMEOUT_MS)})
    if (ok) return
  } catch {
    // What is in the way does not matter: nobody answers.
  }
  throw new CommandError(`No gateway answers at ${origin}.`, {
    hint: 'Start one with `cao gateway start --detach`, or name another with --gateway-url.',
  })
}

/**
 * The first account that is logged in: without a login, the screen of Codex would ask for one.
 *
 * @throws {CommandError} There are only logins that Codex itself cannot read.
 */
async function chooseHome(folders: readonly AccountFolder[]): Promise<AccountFolder> {
  const ordered = folders.toSorted((one, other) => Number(other.isDefault) - Number(one.isDefault))
  const logins = await Promise.all(ordered.map(({home}) => readLogin(home)))
  const own = logins.findIndex((login) => login.kind === 'chatgpt' && !isApp(login))
  if (own !== -1) return ordered[own]!
  if (!logins.some(isApp)) return ordered[0]!
  throw new CommandError('Codex itself cannot start with a login of "Sign in with ChatGPT".', {
    hint: 'Run `cao gateway enable`, and then `codex`: it asks the gateway with a client key.',
  })
}
