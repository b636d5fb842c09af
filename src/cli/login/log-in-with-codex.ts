/**
 * Letting the official CLI sign in.
 *
 * @module
 */
import {spawn} from 'node:child_process'
import {readCredentials} from '../status/credentials.ts'
import type {Cli} from '../cli.ts'
import {startCodex} from '../run/start-codex.ts'
import type {LogInOptions} from './log-in.ts'

/**
 * Lets the official CLI sign in, unless it says that it has a login already.
 *
 * @returns The exit code: that of the CLI when it failed.
 * @throws {CommandError} It cannot be started.
 */
export async function logInWithCodex(
  {directories, env, io}: Cli,
  {codex, deviceAuth = false, home, name}: LogInOptions & {readonly codex: string},
): Promise<number> {
  const codexEnv = {...env, CODEX_HOME: home}
  if (await hasLogin(codex, codexEnv)) {
    io.out('OAuth already configured for this account.')
    return 0
  }
  io.out('Starting OAuth login...')
  const args = ['login', ...(deviceAuth ? ['--device-auth'] : [])]
  const run = {codex, args, env: codexEnv, watcher: undefined, input: undefined}
  const {exitCode} = await startCodex(run, io)
  if (exitCode !== 0) {
    io.err('OAuth login failed.')
    return exitCode
  }
  await directories.statuses.clearRefusal(name)
  if ((await readCredentials(home)).login.kind === 'missing') {
    io.err(
      'Warning: OAuth login completed but auth.json was not found. Check your Codex auth store.',
    )
  }
  return 0
}

/** A program that cannot be started has its say later. */
async function hasLogin(codex: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const child = spawn(codex, ['login', 'status'], {env, stdio: 'ignore'})
  return new Promise((resolve) => {
    child.once('close', (code) => resolve(code === 0)).once('error', () => resolve(false))
  })
}
