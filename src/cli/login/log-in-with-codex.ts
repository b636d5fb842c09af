/**
 * Letting the official CLI log in.
 *
 * @module
 */
import {readCredentials} from '../accounts/credentials.ts'
import type {Cli} from '../cli.ts'
import {chooseCodex} from '../codex/choose-codex.ts'
import {spawnCodex, startCodex, type CodexRun} from '../codex/start-codex.ts'
import {stageLogin} from './staged-login.ts'

/** How the CLI logs in, and where the login goes. */
export interface CodexLogInOptions {
  readonly name: string
  readonly home: string
  /** The Codex CLI, as it was named. */
  readonly codex: string
  readonly deviceAuth?: boolean
  /** Whether a login that is there is to be replaced. */
  readonly isAgain?: boolean
}

/**
 * Lets the official CLI log in, unless it says that it has a login already and no new one is wanted.
 *
 * @returns The exit code: that of the CLI when it failed.
 * @throws {CommandError} It cannot be started.
 */
export async function logInWithCodex(
  cli: Cli,
  {codex, deviceAuth = false, home, isAgain = false, name}: CodexLogInOptions,
): Promise<number> {
  const {env, io} = cli
  const place = {codex: await chooseCodex(codex, {env}), env}
  if (!isAgain && (await hasLogin({...place, home}))) {
    io.out('OAuth already configured for this account.')
    return 0
  }
  io.out('Starting OAuth login...')
  const args = ['login', ...(deviceAuth ? ['--device-auth'] : [])]
  const run = {...place, args, watcher: undefined, input: undefined}
  const {exitCode} = await stageLogin(cli, {name, home}, (stage) =>
    startCodex({...run, home: stage}, io),
  )
  if (exitCode !== 0) {
    io.err('OAuth login failed.')
    return exitCode
  }
  if ((await readCredentials(home)).login.kind === 'missing') {
    io.err(
      'Warning: OAuth login completed but auth.json was not found. Check your Codex auth store.',
    )
  }
  return 0
}

/** A program that cannot be started has its say later. */
async function hasLogin(run: Pick<CodexRun, 'codex' | 'env' | 'home'>): Promise<boolean> {
  const child = await spawnCodex({...run, args: ['login', 'status']}, 'ignore')
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code === 0)).once('error', () => resolve(false))
  })
}
