/**
 * `cao` with the official CLI and a stand-in for ChatGPT.
 *
 * @module
 */
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import {startTestSimulator} from '../servers/ask-simulator.ts'
import {
  CODEX_VERSION,
  findCodexProgram,
  toCodexConfig,
  toCodexEnvironment,
  toCodexEntry,
  type CodexVersion,
} from './codex-cli.ts'
import {makeCaoHome, type CaoHome} from './run-cao.ts'

/** Two accounts, `a` and `b`, that are logged in. */
export interface CaoCodex {
  readonly simulator: Simulator
  readonly cao: CaoHome
  /** The program for `--codex`. */
  readonly codex: string
  readonly env: NodeJS.ProcessEnv
  /** What `cao run` needs before the arguments of the CLI. */
  readonly run: readonly string[]
}

/** How a story starts. */
export interface CaoCodexOptions {
  /** Default: the newest. */
  readonly version?: CodexVersion
  /** Whether the first account is out of quota. */
  readonly isFirstSpent?: boolean
  /** Whether the second account is a login of "Sign in with ChatGPT". */
  readonly isSecondApp?: boolean
  /** Whether the CLI starts as npm installs it, with a wrapper around the program. */
  readonly isWrapped?: boolean
}

/** Settings as `cao` writes them, besides those that lead to the simulator. */
const FORCED = 'forced_login_method = "chatgpt"\n'

/** Starts a story. The accounts belong to ada@example.com and bob@example.com. */
export async function startCaoCodex({
  version = CODEX_VERSION,
  isFirstSpent = false,
  isSecondApp = false,
  isWrapped = false,
}: CaoCodexOptions = {}): Promise<CaoCodex> {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
    deviceIntervalSeconds: 1,
  })
  const cao = makeCaoHome(simulator)
  const program = isWrapped
    ? [process.execPath, toCodexEntry(version)]
    : [findCodexProgram(version)]
  // Its login goes to the real server unless it is told.
  const codex = cao.writeCodex(
    `issuer=; test "$1 $2" = "login --device-auth" && issuer="--experimental_issuer ${simulator.url.origin}"
exec ${program.map((word) => `"${word}"`).join(' ')} "$@" $issuer`,
  )
  const revoke = new URL('/oauth/revoke', simulator.issuer).href
  const env = {...toCodexEnvironment(simulator), CODEX_REVOKE_TOKEN_URL_OVERRIDE: revoke}
  cao.addAccounts('a', 'b')
  for (const [name, email] of [
    ['a', 'ada@example.com'],
    ['b', 'bob@example.com'],
  ] as const) {
    await (name === 'b' && isSecondApp ? cao.logInAsApp(name, email) : cao.logIn(name, email))
    const config = path.join(cao.base, name, 'config.toml')
    writeFileSync(config, FORCED + toCodexConfig(simulator, 'gpt-5.5'))
  }
  if (isFirstSpent) simulator.changeAccount('ada@example.com', {primary: {usedPercent: 100}})
  return {simulator, cao, codex, env, run: ['run', '--offline', '--codex', codex, '--']}
}
