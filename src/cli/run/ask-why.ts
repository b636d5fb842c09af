/**
 * Why the Codex CLI ended before it began a conversation.
 *
 * A program that draws says so on the terminal alone: it leaves no file, and its output is not ours to read.
 *
 * @module
 */
import type {AccountFolder} from '../../accounts/directories/base-folder.ts'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import {isExhausted, toExhaustedUntilMs} from '../../accounts/usage/usage.ts'
import type {Cli} from '../cli.ts'
import type {UsageError} from '../accounts/ask-usage.ts'
import {readCredentials, readLoginState} from '../accounts/credentials.ts'
import {readUsage} from '../accounts/usage-file.ts'
import type {Ending} from './find-ending.ts'

/** The longest to wait for the backend, in milliseconds. */
const ASK_TIMEOUT_MS = 5000

/** The backend answers so when the account or its workspace was switched off. */
const PAYMENT_REQUIRED = 402

const DONE: Ending = {kind: 'done'}

/** Asks the backend about the account: whether its login still works, and whether it has quota. */
export async function askWhy(cli: Cli, {home, name}: AccountFolder): Promise<Ending> {
  const login = await readLogin(home)
  if (login.kind !== 'chatgpt') return DONE
  const {id} = login.account
  const {askUsage} = await import('../accounts/ask-usage.ts')
  const errors = await askUsage(cli, {
    timeoutMs: ASK_TIMEOUT_MS,
    mayRefresh: true,
    isWanted: (account) => account.id === id,
  })
  const [status, credentials] = await Promise.all([
    cli.directories.statuses.read(),
    readCredentials(home),
  ])
  const {loginRequired} = readLoginState(credentials, {status: status(name), nowMs: cli.now()})
  if (loginRequired) return {kind: 'dead', reason: loginRequired.reason}
  const error = errors.get(id)
  if (error) return toEnding(error)
  const usage = (await readUsage(cli)).get(id)
  if (!usage || !isExhausted(usage)) return DONE
  return {kind: 'exhausted', resetsAtMs: toExhaustedUntilMs(usage)}
}

function toEnding({isRejected, status}: UsageError): Ending {
  if (status === PAYMENT_REQUIRED) return {kind: 'dead', reason: 'deactivated'}
  return isRejected === true ? {kind: 'dead', reason: 'rejected'} : DONE
}
