/**
 * One run of the Codex CLI with one account.
 *
 * @module
 */
import type {AccountDirectories} from '../../accounts/directories/account-directories.ts'
import type {AccountFolder} from '../../accounts/directories/base-folder.ts'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import {StorageError} from '../../errors.ts'
import type {Cli} from '../cli.ts'
import {askWhy} from './ask-why.ts'
import {hasJsonEvents, isLogin, isLogout, withoutDaemon} from './codex-arguments.ts'
import {findConflict} from '../codex/codex-settings.ts'
import {ExhaustionWatcher} from './exhaustion.ts'
import type {ProgramPlace} from '../../codex/cli/find-program.ts'
import {findEnding, type Ending} from './find-ending.ts'
import type {InputCopy} from './input-copy.ts'
import {rememberLogin} from './keep-login.ts'
import {
  toBegun,
  toExhausted,
  toFailed,
  toRefused,
  toSucceeded,
} from '../../accounts/directories/record-outcome.ts'
import {readSessionEnd} from '../../accounts/directories/codex/session-file.ts'
import {startCodex, type CodexEnd} from '../codex/start-codex.ts'

/** How the CLI ends for arguments that it does not know. */
const BAD_USAGE = 2

/** What is the same for every attempt. */
export interface AttemptOptions {
  readonly cli: Cli
  readonly codex: ProgramPlace
  readonly args: readonly string[]
  /** Whether the CLI has the terminal to itself. */
  readonly isDirect: boolean
  /** Whether there may be another account. */
  readonly hasFallback: boolean
  /** Whether the backend may be asked about an account. */
  readonly mayAsk: boolean
  readonly input: InputCopy | undefined
  readonly retryDelayMs: number
  readonly note: (line: string) => void
  /** Writes down what happened with an account. The run goes on where that is not possible, and says so once. */
  readonly record: AccountDirectories['changeStatus']
}

/** How an attempt ended. */
export interface Outcome {
  readonly exitCode: number
  readonly ending: Ending | {readonly kind: 'conflict'}
}

/** Runs the CLI, and writes down what it came to. The login of the account outlives it. */
export async function attempt(options: AttemptOptions, account: AccountFolder): Promise<Outcome> {
  const {cli, note, record} = options
  const {name, home} = account
  const conflict = await findReason(options, home)
  if (conflict !== undefined) {
    cli.io.err(`Skipping ${name}: it ${conflict}`)
    return {exitCode: 1, ending: {kind: 'conflict'}}
  }
  const startedAtMs = cli.now()
  await record(name, () => toBegun(startedAtMs))
  note(`Using account: ${name}`)
  const before = await findRefreshToken(home)
  const watcher = createWatcher(options)
  const end = await start(options, {account, watcher})
  const id = watcher?.sessionId
  const session = await readSessionEnd(home, {sinceMs: startedAtMs, id})
  const isAsked = watcher ? end.exitCode !== 0 && !end.isStopped : options.hasFallback
  const isSilent = options.isDirect && session === undefined && isFailure(end)
  const isUnknown = isAsked && isSilent && options.mayAsk
  const said = isAsked ? findEnding(session, watcher) : ({kind: 'done'} as const)
  const ending = isUnknown ? await askWhy(cli, account) : said
  const after = await findRefreshToken(home)
  const refreshToken = before === after ? before : undefined
  await record(name, (status) => {
    const nowMs = cli.now()
    if (ending.kind === 'dead') {
      return toRefused(status, {reason: ending.reason, refreshToken, nowMs})
    }
    if (ending.kind === 'done') {
      return end.exitCode === 0 ? toSucceeded(nowMs) : toFailed(status, end.exitCode)
    }
    const laterMs = options.retryDelayMs > 0 ? nowMs + options.retryDelayMs : undefined
    return toExhausted(status, {nowMs, untilMs: ending.resetsAtMs ?? laterMs})
  })
  return {exitCode: end.exitCode, ending}
}

/** Whether the CLI ended with an error that is none of its user's. */
function isFailure({exitCode, isStopped}: CodexEnd): boolean {
  return exitCode !== 0 && exitCode !== BAD_USAGE && !isStopped
}

/** Why the CLI is not started. Whoever logs in or out is about to change what is in the way. */
async function findReason({args, cli}: AttemptOptions, home: string): Promise<string | undefined> {
  if (isLogin(args) || isLogout(args)) return undefined
  return findConflict(home, cli.directories.writeOptions).catch(toSentence)
}

function createWatcher({args, input, isDirect}: AttemptOptions): ExhaustionWatcher | undefined {
  if (isDirect) return undefined
  const prompts = () => (input ? [...args, input.start] : args)
  return new ExhaustionWatcher({prompts, hasEvents: hasJsonEvents(args)})
}

interface Start {
  readonly account: AccountFolder
  readonly watcher: ExhaustionWatcher | undefined
}

async function start(options: AttemptOptions, {account, watcher}: Start): Promise<CodexEnd> {
  const {args, cli, codex, input} = options
  const {home, name} = account
  const startWith = (given: readonly string[], folder: string) =>
    startCodex({codex, args: given, env: cli.env, home: folder, watcher, input}, cli.io)
  const startIn = async (folder: string) => {
    const given = withoutDaemon(args)
    const end = await startWith(given, folder)
    // A release that has no such servers says so before it does anything.
    const isOlder = given !== args && end.exitCode === BAD_USAGE
    return isOlder ? startWith(args, folder) : end
  }
  if (isLogin(args)) {
    const {stageLogin} = await import('../login/staged-login.ts')
    return stageLogin(cli, account, startIn)
  }
  const putBack = await rememberLogin(home, cli.directories.writeOptions)
  const end = await startIn(home)
  // Whoever logs out, or ends the CLI, knows what they do.
  const isWanted = end.exitCode === 0 || end.isStopped || isLogout(args)
  if (!isWanted && (await putBack())) {
    cli.io.err(`Codex has deleted the login of ${name}. It has been put back.`)
  }
  return end
}

async function findRefreshToken(home: string): Promise<string | undefined> {
  const login = await readLogin(home)
  if (login.kind !== 'chatgpt') return undefined
  const {accessToken, refreshToken} = login.account.tokens
  return refreshToken || accessToken
}

function toSentence(error: unknown): string {
  if (error instanceof StorageError) return `cannot be looked at. ${error.message}`
  throw error
}
