/**
 * Logging in with `codex login --device-auth`, whose output is read.
 *
 * @module
 */
import {ConnectorError} from '../../connector-error.ts'
import type {CliLogin} from './cli-login.ts'
import {startCli} from './cli-process.ts'
import {createDeviceTextReader} from './parse-device-text.ts'
import {readCliError} from './read-cli-error.ts'

/** How long the CLI lets a code live, in milliseconds. */
export const CODE_LIFETIME_MS = 15 * 60_000

/** When a CLI that says nothing of the end of its code is given up, in milliseconds after the code. */
export const GIVE_UP_MS = CODE_LIFETIME_MS + 60_000

/** How long it may take to print the code, in milliseconds. */
const CODE_TIMEOUT_MS = 20_000

/**
 * Logs in.
 *
 * @throws {ConnectorError} It did not work; the code says why.
 * @throws The signal's reason, when it is aborted.
 */
export async function logInByText(login: CliLogin): Promise<void> {
  const {delay, env, home, issuer, now, onCode, program, signal} = login
  const reader = createDeviceTextReader(issuer.url)
  const own = issuer.isDefault ? [] : ['--experimental_issuer', issuer.url.origin]
  let isShown = false
  const onLine = (line: string) => {
    const code = isShown ? undefined : reader.push(line)
    if (!code) return
    isShown = true
    onCode({...code, expiresAtMs: now() + CODE_LIFETIME_MS})
  }
  // Which of its outputs it prints on has changed between versions.
  const watch = {onLine, onErrorLine: onLine, input: ''}
  const args = ['login', '--device-auth', ...own]
  const cli = startCli({program, args, home, env, ...watch})
  const patience = new AbortController()
  const stop = () => void cli.stop()
  signal.addEventListener('abort', stop)
  try {
    const isLate = delay(CODE_TIMEOUT_MS, patience.signal).then(() => !isShown && 'late')
    const first = await Promise.race([cli.ended, isLate.catch(() => undefined)])
    if (first === 'late') throw new ConnectorError('timeout')
    const isOver = delay(GIVE_UP_MS, patience.signal).then(() => 'over' as const)
    const end = await Promise.race([cli.ended, isOver])
    if (end === 'over') throw new ConnectorError('expired')
    const {errorText, exitCode, isUnstarted} = end
    signal.throwIfAborted()
    if (isUnstarted) throw new ConnectorError('spawn_failed')
    if (exitCode === 0 && isShown) return
    throw new ConnectorError(exitCode === 0 ? 'parse_failed' : readCliError(errorText))
  } finally {
    patience.abort()
    signal.removeEventListener('abort', stop)
    await cli.stop()
  }
}
