/**
 * `cao run`
 *
 * @module
 */
import type {AccountFolder} from '../../accounts/directories/base-folder.ts'
import {StorageError} from '../../errors.ts'
import {delay} from '../../base/delay.ts'
import {isApp, readCredentials} from '../accounts/credentials.ts'
import {describeReason} from '../accounts/describe-record.ts'
import {toRelative} from '../accounts/duration.ts'
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS} from '../messages.ts'
import {CommandError} from '../report-error.ts'
import {attempt, type AttemptOptions, type Outcome} from './attempt.ts'
import {findLoginSetting, isDrawing, isLogin, isLogout} from './codex-arguments.ts'
import {chooseCodex} from '../codex/choose-codex.ts'
import {InputCopy} from './input-copy.ts'
import {orderAccounts} from '../accounts/order-accounts.ts'

/** Options of `cao run`. */
export interface RunOptions {
  readonly account?: string
  readonly codex: string
  /** Whether the next account takes over. Default true. */
  readonly fallback: boolean
  readonly gateway?: boolean
  /** Default: where the gateway of these accounts listens. */
  readonly gatewayUrl?: string
  /** How often to go through all accounts. Default: once; twice with a wait in between. */
  readonly maxPasses?: number
  readonly offline?: boolean
  readonly quiet?: boolean
  /** How long to wait between two passes, in seconds. */
  readonly retryDelay: number
}

/** The longest to wait for the backend after a run, in milliseconds. */
const ASK_TIMEOUT_MS = 3000

/** What is the same for every attempt, and which there are to be. */
interface Plan extends AttemptOptions {
  readonly options: RunOptions
  readonly accounts: readonly AccountFolder[]
  readonly passes: number
}

/** Runs the Codex CLI, with the next account when one is out of quota or its login has ended. */
export async function run(
  cli: Cli,
  typed: readonly string[],
  options: RunOptions,
): Promise<number> {
  const {directories, io} = cli
  const all = await directories.folders()
  const folders = all.filter(({name}) => name === (options.account ?? name))
  if (folders.length === 0) {
    io.err(all.length === 0 ? NO_ACCOUNTS : 'No matching accounts found.')
    return 1
  }
  // Users write `cao run -- codex exec …` as well.
  const isNamed = options.codex === 'codex' && typed[0] === 'codex'
  const args = isNamed ? typed.slice(1) : typed
  assertKeepsLogin(args)
  if (options.gateway === true) {
    const {runThroughGateway} = await import('./run-through-gateway.ts')
    return runThroughGateway(cli, {folders, args}, options)
  }
  await assertCanRun(folders, args)
  const plan = await makePlan(cli, options, {folders, args})
  try {
    return await runInTurn(plan)
  } finally {
    await plan.input?.close()
  }
}

/**
 * Each account in turn would lose its login.
 *
 * @throws {CommandError} With these arguments, the CLI would not keep it.
 */
function assertKeepsLogin(args: readonly string[]): void {
  const setting = findLoginSetting(args)
  if (setting === undefined) return
  throw new CommandError(
    `With ${setting.slice(0, 80)}, Codex would not use the login of the account, and could delete it.`,
    {hint: 'Leave it out.'},
  )
}

/**
 * The Codex CLI knows no login but its own. Where some account has one, the others are left out.
 *
 * @throws {CommandError} None of them has.
 */
async function assertCanRun(
  folders: readonly AccountFolder[],
  args: readonly string[],
): Promise<void> {
  if (isLogin(args) || isLogout(args)) return
  const found = await Promise.all(folders.map(({home}) => readCredentials(home)))
  const usable = found.filter(({isLoggedIn, login}) => isLoggedIn && !isApp(login))
  if (usable.length > 0 || !found.some(({login}) => isApp(login))) return
  throw new CommandError('Codex itself cannot use a login of "Sign in with ChatGPT".', {
    hint: 'Add a login of Codex with `cao add <name>`; through the gateway (`cao run --gateway`), the others answer as well.',
  })
}

async function makePlan(
  cli: Cli,
  options: RunOptions,
  {folders, args}: {readonly folders: readonly AccountFolder[]; readonly args: readonly string[]},
): Promise<Plan> {
  const {env, io} = cli
  const codex = await chooseCodex(options.codex, {env})
  const isOffline = options.offline === true
  const note = (line: string) => {
    if (options.quiet !== true) io.err(line)
  }
  // Whoever logs in or out needs no login for it.
  const isAboutLogin = isLogin(args) || isLogout(args)
  const onUnusable = (line: string) => {
    if (!isAboutLogin) io.err(line)
  }
  const ordered = await orderAccounts(cli, folders, {isOffline, onLeftOut: note, onUnusable})
  const accounts = options.fallback ? ordered : ordered.slice(0, 1)
  const isDirect = !options.fallback || (io.canAsk && isDrawing(args))
  const retryDelayMs = options.retryDelay * 1000
  // Without a wait, the second pass would meet the same limits.
  const passes = options.maxPasses ?? (retryDelayMs > 0 ? 2 : 1)
  const isRepeatable = !isDirect && accounts.length * passes > 1
  const input = isRepeatable && !io.isInputTerminal ? await InputCopy.create(io.stdin) : undefined
  const record = createRecorder(cli)
  const mayAsk = !isOffline
  const same = {cli, codex, args, isDirect, hasFallback: options.fallback, mayAsk}
  return {...same, options, accounts, input, passes, retryDelayMs, note, record}
}

function createRecorder({directories, io}: Cli): Plan['record'] {
  let isSaid = false
  return async (name, change) => {
    try {
      await directories.changeStatus(name, change)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      if (!isSaid) io.err(`Warning: The outcome could not be recorded. ${error.message}`)
      isSaid = true
    }
  }
}

async function runInTurn(plan: Plan): Promise<number> {
  const {note, passes, retryDelayMs} = plan
  let {accounts} = plan
  let exitCode = 1
  for (let pass = 1; pass <= passes && accounts.length > 0; pass += 1) {
    if (pass > 1) {
      note('All accounts hit quota. Rechecking...')
      await delay(retryDelayMs)
    }
    const spent: AccountFolder[] = []
    for (const [index, account] of accounts.entries()) {
      const outcome = await attempt(plan, account)
      if (outcome.ending.kind === 'done') return outcome.exitCode
      exitCode = outcome.exitCode
      if (outcome.ending.kind === 'exhausted') spent.push(account)
      askUntilWhen(plan, outcome)
      if (!(await mayGoOn(plan, outcome, {account, next: accounts[index + 1]}))) return exitCode
    }
    // A login that has ended does not come back by itself.
    accounts = spent
  }
  note(
    accounts.length === plan.accounts.length
      ? 'All accounts exhausted due to quota.'
      : 'No account is left that could answer.',
  )
  await tellWhoIsBackFirst(plan, accounts)
  return exitCode
}

/** Says when it is worth trying again, where that is known. */
async function tellWhoIsBackFirst(
  {cli, note}: Plan,
  spent: readonly AccountFolder[],
): Promise<void> {
  await cli.settle()
  const statusOf = await cli.directories.statuses.read()
  const nowMs = cli.now()
  const [first] = spent
    .flatMap(({name}) => {
      const {cooldownUntilMs = 0} = statusOf(name)
      return cooldownUntilMs > nowMs ? [{name, untilMs: cooldownUntilMs}] : []
    })
    .toSorted((one, other) => one.untilMs - other.untilMs)
  if (first) note(`${first.name} is back first, ${toRelative(first.untilMs, nowMs)}.`)
}

/** Says what follows. A user who has just left the CLI may have had enough, and is asked. */
async function mayGoOn(
  {cli: {io}, isDirect, note}: Plan,
  {ending}: Outcome,
  {
    account: {name},
    next,
  }: {readonly account: AccountFolder; readonly next: AccountFolder | undefined},
): Promise<boolean> {
  const isDead = ending.kind === 'dead'
  if (isDead) {
    io.err(
      `The login of ${name} no longer works (${describeReason(ending.reason)}). Run \`cao add ${name}\`.`,
    )
  }
  if (!next || ending.kind === 'conflict') return true
  if (isDirect) {
    const {confirm} = await import('../prompts.ts')
    const why = isDead ? 'needs a new login' : 'is out of quota'
    const question = `${name} ${why}. Start again with ${next.name}?`
    if (!(await confirm(question, {io, byDefault: true}))) return false
  }
  note(`${isDead ? 'Login ended' : 'Quota exhausted'}. Falling back to: ${next.name}`)
  return true
}

/** For the next start, while the next account is at work. */
function askUntilWhen({cli, options}: Plan, {ending}: Outcome): void {
  if (ending.kind !== 'exhausted' || ending.resetsAtMs !== undefined) return
  if (options.offline === true) return
  const ask = async () => {
    const {askUsage} = await import('../accounts/ask-usage.ts')
    await askUsage(cli, {timeoutMs: ASK_TIMEOUT_MS, mayRefresh: false})
  }
  cli.keep(ask())
}
