/**
 * `cao run`
 *
 * @module
 */
import type {AccountDirectories} from '../../accounts/directories/account-directories.ts'
import type {AccountFolder} from '../../accounts/directories/base-folder.ts'
import {StorageError} from '../../errors.ts'
import {delay} from '../../http/delay.ts'
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS, NO_GATEWAY} from '../messages.ts'
import {hasJsonEvents, isDrawing} from '../run/codex-arguments.ts'
import {ExhaustionWatcher} from '../run/exhaustion.ts'
import {InputCopy} from '../run/input-copy.ts'
import {orderAccounts} from '../run/order-accounts.ts'
import {toBegun, toExhausted, toFailed, toSucceeded} from '../run/record-outcome.ts'
import {readSessionEnd} from '../run/session-file.ts'
import {startCodex} from '../run/start-codex.ts'

/** What `cao run` is told. Numbers are as they were typed. */
export interface RunOptions {
  readonly account?: string
  readonly codex: string
  /** Default true. */
  readonly fallback: boolean
  readonly gateway?: boolean
  readonly maxPasses?: string
  readonly offline?: boolean
  readonly quiet?: boolean
  /** Seconds. */
  readonly retryDelay?: string
}

/** The longest to wait for the backend after a run, in milliseconds. */
const ASK_TIMEOUT_MS = 3000

/** What is the same for every attempt. */
interface Plan {
  readonly cli: Cli
  readonly options: RunOptions
  readonly args: readonly string[]
  readonly accounts: readonly AccountFolder[]
  /** Whether the CLI has the terminal to itself. */
  readonly isDirect: boolean
  readonly input: InputCopy | undefined
  readonly passes: number
  readonly retryDelayMs: number
  readonly note: (line: string) => void
  /** Writes down what happened with an account. The run goes on where that is not possible, and says so once. */
  readonly record: AccountDirectories['changeStatus']
}

/** What an attempt came to. */
interface Outcome {
  readonly exitCode: number
  readonly isExhausted: boolean
}

/** Runs the Codex CLI, with the next account when one is out of quota. */
export async function run(
  cli: Cli,
  typed: readonly string[],
  options: RunOptions,
): Promise<number> {
  const {directories, io} = cli
  if (options.gateway === true) {
    io.err(NO_GATEWAY)
    return 1
  }
  const all = await directories.folders()
  const folders = all.filter(({name}) => name === (options.account ?? name))
  if (folders.length === 0) {
    io.err(all.length === 0 ? NO_ACCOUNTS : 'No matching accounts found.')
    return 1
  }
  // People write `cao run -- codex exec …` as well.
  const isNamed = options.codex === 'codex' && typed[0] === 'codex'
  const plan = await makePlan(cli, options, {folders, args: isNamed ? typed.slice(1) : typed})
  try {
    return await runInTurn(plan)
  } finally {
    await plan.input?.close()
  }
}

async function makePlan(
  cli: Cli,
  options: RunOptions,
  {folders, args}: {readonly folders: readonly AccountFolder[]; readonly args: readonly string[]},
): Promise<Plan> {
  const {io} = cli
  const isOffline = options.offline === true
  const ordered = await orderAccounts(cli, folders, {isOffline})
  const accounts = options.fallback ? ordered : ordered.slice(0, 1)
  const isDirect = !options.fallback || (io.canAsk && isDrawing(args))
  const retryDelayMs = Math.max(0, Number.parseFloat(options.retryDelay ?? '0') || 0) * 1000
  // Without a wait, the second pass would meet the same limits.
  const byDefault = retryDelayMs > 0 ? '2' : '1'
  const passes = Math.max(1, Number.parseInt(options.maxPasses ?? byDefault, 10) || 1)
  const isRepeatable = !isDirect && accounts.length * passes > 1
  const input = isRepeatable && !io.isInputTerminal ? await InputCopy.create(io.stdin) : undefined
  const note = (line: string) => {
    if (options.quiet !== true) io.err(line)
  }
  const record = createRecorder(cli)
  return {cli, options, args, accounts, isDirect, input, passes, retryDelayMs, note, record}
}

function createRecorder({directories, io}: Cli): Plan['record'] {
  let isSaid = false
  return async (name, change) => {
    try {
      await directories.changeStatus(name, change)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      if (!isSaid) io.err(`Warning: The outcome is not recorded. ${error.message}`)
      isSaid = true
    }
  }
}

async function runInTurn(plan: Plan): Promise<number> {
  const {accounts, note, passes, retryDelayMs} = plan
  let exitCode = 1
  for (let pass = 1; pass <= passes; pass += 1) {
    if (pass > 1) {
      note('All accounts hit quota. Rechecking...')
      // oxlint-disable-next-line no-await-in-loop -- the passes are one after the other
      await delay(retryDelayMs)
    }
    for (const [index, account] of accounts.entries()) {
      // oxlint-disable-next-line no-await-in-loop -- as are the attempts
      const outcome = await attempt(plan, account)
      if (!outcome.isExhausted) return outcome.exitCode
      exitCode = outcome.exitCode
      const next = accounts[index + 1]
      // oxlint-disable-next-line no-await-in-loop
      if (next && !(await mayGoOn(plan, account, next))) return exitCode
      if (next) note(`Quota exhausted. Falling back to: ${next.name}`)
    }
  }
  note('All accounts exhausted due to quota.')
  return exitCode
}

/** A person who has just left the CLI may have had enough. */
async function mayGoOn(
  {cli: {io}, isDirect}: Plan,
  {name}: AccountFolder,
  next: AccountFolder,
): Promise<boolean> {
  if (!isDirect) return true
  const {confirm} = await import('../prompts.ts')
  return confirm(`${name} is out of quota. Start again with ${next.name}?`, {io, byDefault: true})
}

async function attempt(plan: Plan, {name, home}: AccountFolder): Promise<Outcome> {
  const {args, cli, input, isDirect, note, options, record} = plan
  const {now} = cli
  const startedAtMs = now()
  await record(name, () => toBegun(startedAtMs))
  note(`Using account: ${name}`)
  const prompts = () => (input ? [...args, input.start] : args)
  const watcher = isDirect
    ? undefined
    : new ExhaustionWatcher({prompts, hasEvents: hasJsonEvents(args)})
  const env = {...cli.env, CODEX_HOME: home}
  const {exitCode, isStopped} = await startCodex(
    {codex: options.codex, args, env, watcher, input},
    cli.io,
  )
  const session = await readSessionEnd(home, startedAtMs)
  const isExhausted = watcher
    ? exitCode !== 0 && !isStopped && watcher.end()
    : options.fallback && session?.isExhausted === true
  await record(name, (status) => {
    if (!isExhausted) return exitCode === 0 ? toSucceeded(now()) : toFailed(status, exitCode)
    const {retryDelayMs} = plan
    const laterMs = retryDelayMs > 0 ? now() + retryDelayMs : undefined
    return toExhausted(status, {nowMs: now(), untilMs: session?.resetsAtMs ?? laterMs})
  })
  if (isExhausted && session?.resetsAtMs === undefined) askUntilWhen(plan)
  return {exitCode, isExhausted}
}

/** For the next start, while the next account is at work. */
function askUntilWhen({cli, options}: Plan): void {
  if (options.offline === true) return
  const ask = async () => {
    const {askUsage} = await import('../status/ask-usage.ts')
    await askUsage(cli, {timeoutMs: ASK_TIMEOUT_MS, mayRefresh: false})
  }
  cli.keep(ask())
}
