/**
 * Asking one after the other, as long as it is the account that is in the way.
 *
 * @module
 */
import type {AccountDirectories} from '../../accounts/directories/account-directories.ts'
import {AgentError} from '../agent-error.ts'
import type {AgentOptions} from '../agent-options.ts'
import {runCodex, type CodexTurn, type TurnEnd, type TurnText} from '../exec/run-codex.ts'
import type {ContainerInput} from '../protocol/container-input.ts'
import type {ContainerOutput} from '../protocol/container-output.ts'
import {toClockTime} from '../to-clock-time.ts'
import {orderPool, recordOutcome, type PooledAccount} from './account-pool.ts'
import {findFirstBack, findGatewayChange} from './gateway-change.ts'
import {findMembers, type Member, type Members} from './member.ts'
import {prepareMember, type Prepared} from './prepare-member.ts'
import {tellOfChange, type AccountChange} from './tell-of-change.ts'

/** What is asked, and how. */
export interface Asking {
  readonly input: ContainerInput
  readonly options: AgentOptions
  /** Identity of the run. */
  readonly runId: string
  readonly turn: Omit<CodexTurn, keyof Prepared>
  /** What is put before the message. */
  readonly prelude: () => string
  /** The conversation to go on with. */
  readonly threadId: string | undefined
}

/** Put before a message that another account goes on with. */
const GO_ON = `Your last turn was interrupted, because the usage limit of the account was reached. Another account goes on. Look at what you have done already, do not do it twice, and finish. The message was:\n\n`

/**
 * Asks until there is an answer.
 *
 * @throws {AgentError} There is none.
 * @throws {StorageError} A file could not be written.
 */
export async function askMembers(asking: Asking): Promise<ContainerOutput> {
  const {input, options, prelude, runId, turn} = asking
  const found = await findMembers(asking)
  let text = {prompt: () => prelude() + input.prompt, threadId: asking.threadId}
  let spent: Spent | undefined
  for (const member of found.members) {
    const prepared = await prepareMember({input, options, runId, sandbox: turn.sandbox}, member)
    if (spent?.from && member.kind === 'account') {
      const {code, untilMs} = spent.error
      await tell(asking, {from: spent.from.name, to: member.account.name, code, untilMs})
    }
    const end = await askOnce({...turn, ...prepared}, text)
    await record(asking, {end, found, member})
    if (end.kind === 'answer') return toOutput(end)
    if (!(await mayGoOn(member, end.error, options)))
      throw await toLastError(asking, {found, member}, end.error)
    spent = {from: member.kind === 'account' ? member.account : undefined, error: end.error}
    const {hasActed, threadId} = end.progress
    if (hasActed) text = {prompt: () => GO_ON + input.prompt, threadId}
  }
  throw spent
    ? await toLastError(asking, {found}, spent.error)
    : new AgentError('no_auth', NO_ACCOUNT)
}

const NO_ACCOUNT =
  'None of the accounts of this group has a login that works. Run `cao list` on the host, and `cao add <name>` for one of them.'

/** Who could not answer, and why. */
interface Spent {
  readonly from: PooledAccount | undefined
  readonly error: AgentError
}

/** Whether somebody else could do better. A gateway that has ended is no reason to leave the chat without an answer. */
async function mayGoOn(
  member: Member,
  {code}: AgentError,
  {findGateway}: AgentOptions,
): Promise<boolean> {
  if (member.kind === 'own') return false
  if (member.kind === 'account') return code === 'usage_limit' || code === 'auth_expired'
  return (code === 'network' || code === 'crashed') && (await findGateway?.()) === undefined
}

/** Writes down what an account came to. The gateway does that itself; what it has changed is told. */
async function record(
  asking: Asking,
  {
    end,
    found: {directories},
    member,
  }: {readonly end: TurnEnd; readonly found: Members; readonly member: Member},
): Promise<void> {
  if (member.kind === 'own' || !directories) return
  const nowMs = asking.options.now()
  if (member.kind === 'account') {
    const error = end.kind === 'failure' ? end.error : undefined
    await recordOutcome(directories, member.account, {error, nowMs})
    return
  }
  const change = end.kind === 'answer' && (await findGatewayChange(member.gateway))
  if (change) await tell(asking, change)
}

async function tell({input, options, turn}: Asking, change: AccountChange): Promise<void> {
  await tellOfChange({input, options, timeZone: turn.timeZone}, change)
}

/** Runs a turn; a conversation that is gone is begun anew, once. */
async function askOnce(turn: CodexTurn, text: TurnText): Promise<TurnEnd> {
  const end = await runCodex(turn, text)
  const isStale = end.kind === 'failure' && end.error.code === 'stale_thread'
  return isStale && text.threadId !== undefined
    ? runCodex(turn, {...text, threadId: undefined})
    : end
}

function toOutput({progress, text}: Extract<TurnEnd, {kind: 'answer'}>): ContainerOutput {
  const {threadId} = progress
  return {
    status: 'success',
    result: text,
    ...(threadId !== undefined && {newSessionId: threadId}),
  }
}

/** When all accounts are spent, the chat hears when the first one is back. */
async function toLastError(
  asking: Asking,
  {found: {directories}, member}: {readonly found: Members; readonly member?: Member},
  error: AgentError,
): Promise<AgentError> {
  if (error.code !== 'usage_limit' || !directories) return error
  const gateway = member?.kind === 'gateway' ? member.gateway : undefined
  const first = gateway
    ? findFirstBack((await gateway.ask()) ?? [])
    : await findFirstInPool(asking, directories)
  const untilMs = first ?? error.untilMs
  const when =
    untilMs === undefined ? 'later' : `after ${toClockTime(untilMs, asking.turn.timeZone)}`
  return new AgentError(
    'usage_limit',
    `All accounts of this group have reached their usage limit. Ask again ${when}, or add an account: cao add <name>.`,
    {untilMs, cause: error},
  )
}

async function findFirstInPool(
  {input, options}: Asking,
  directories: AccountDirectories,
): Promise<number | undefined> {
  const names = input.providerConfig.codex?.accounts
  const [first] = await orderPool(directories, {names, nowMs: options.now()})
  return first && first.restsUntilMs > 0 ? first.restsUntilMs : undefined
}
