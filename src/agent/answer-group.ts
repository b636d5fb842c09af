/**
 * Codex for one message of a group: with its settings, its memory, and whichever account can answer.
 *
 * @module
 */
import {
  createAccountDirectories,
  type AccountDirectories,
} from '../accounts/directories/account-directories.ts'
import {StorageError} from '../errors.ts'
import {AgentError} from './agent-error.ts'
import type {AgentOptions} from './agent-options.ts'
import {RUN_VARIABLE, toAgentEnvironment} from './exec/agent-environment.ts'
import {runCodex, type CodexTurn, type TurnEnd} from './exec/run-codex.ts'
import {orderPool, recordOutcome, type PooledAccount} from './home/account-pool.ts'
import {ensureCodexConfig} from './home/codex-config.ts'
import {findCodexCommand} from './exec/find-codex.ts'
import {createRunNote} from './home/leftover.ts'
import {findPayment, toLoginCommand, type Payment} from './home/login.ts'
import {hasThread} from './home/threads.ts'
import {createIpcFolder} from './ipc/ipc-folder.ts'
import {buildPrelude} from './prelude/build-prelude.ts'
import {readMemory} from './prelude/read-memory.ts'
import type {ContainerInput} from './protocol/container-input.ts'
import type {ContainerOutput} from './protocol/container-output.ts'
import {toSandboxSettings, type SandboxSettings} from './protocol/policy.ts'
import {isTimeZone, toClockTime} from './to-clock-time.ts'

/** How {@link answerGroup} runs. */
export interface AnswerOptions extends AgentOptions {
  /** Identity of the run. */
  readonly runId: string
}

/** Put before a message that another account goes on with. */
const GO_ON = `Your last turn was interrupted, because the usage limit of the account was reached. Another account goes on. Look at what you have done already, do not do it twice, and finish. The message was:\n\n`

/**
 * Answers a message.
 *
 * @throws {AgentError} There is no answer.
 * @throws {StorageError} A file could not be written.
 */
export async function answerGroup(
  input: ContainerInput,
  options: AnswerOptions,
): Promise<ContainerOutput> {
  const {env, folders, isContained, now} = options
  const {codex: config = {}} = input.providerConfig
  const codex = await findCodexCommand(options.codex ?? 'codex', env)
  const sandbox = toSandboxSettings(config.approvalPolicy ?? 'auto', {
    ipcFolder: folders.ipc,
    isContained,
  })
  const timeZone = isTimeZone(env['TZ'])
    ? env['TZ']
    : new Intl.DateTimeFormat().resolvedOptions().timeZone
  const prelude = await makePrelude(input, {...options, sandbox, timeZone})
  const isKnown =
    input.sessionId !== undefined && (await hasThread(folders.codexHome, input.sessionId))
  const note = createRunNote(folders.codexHome, options.runId)
  const {baseUrl, idleMs, timeoutMs} = options
  const turn = {
    codex,
    codexHome: folders.codexHome,
    folder: folders.group,
    sandbox,
    model: config.model,
    baseUrl,
    timeoutMs,
    idleMs,
    timeZone,
    now,
    signal: options.signal,
    onStart(pid: number) {
      options.onStart?.()
      void note.begin(pid)
    },
  }
  try {
    return await askInTurn({
      input,
      options,
      turn,
      prelude,
      threadId: isKnown ? input.sessionId : undefined,
    })
  } finally {
    await note.end()
  }
}

interface Asking {
  readonly input: ContainerInput
  readonly options: AnswerOptions
  readonly turn: Omit<CodexTurn, 'env' | 'loginAdvice'>
  readonly prelude: string
  readonly threadId: string | undefined
}

/** Asks with one account after the other, as long as the failure is about the account. */
async function askInTurn(asking: Asking): Promise<ContainerOutput> {
  const {input, options, prelude} = asking
  const {directories, pool} = await findPool(asking)
  let text = {prompt: prelude + input.prompt, threadId: asking.threadId}
  let spent: Spent | undefined
  for (const account of pool) {
    const prepared = await prepare(asking, account)
    if (spent && account) await tellOfChange(asking, {spent, next: account})
    const end = await askOnce({...asking.turn, ...prepared}, text)
    const error = end.kind === 'failure' ? end.error : undefined
    if (account && directories) {
      await recordOutcome(directories, account, {error, nowMs: options.now()})
    }
    if (end.kind === 'answer') return toOutput(end)
    if (!account || !isAboutAccount(end.error)) throw end.error
    spent = {account, error: end.error}
    const {hasActed, threadId} = end.progress
    if (hasActed) text = {prompt: GO_ON + input.prompt, threadId}
  }
  throw spent ? await toLastError(asking, spent.error) : new AgentError('no_auth', NO_ACCOUNT)
}

/** An account that could not answer, and why. */
interface Spent {
  readonly account: PooledAccount
  readonly error: AgentError
}

/** Whether another account could do better. */
function isAboutAccount({code}: AgentError): boolean {
  return code === 'usage_limit' || code === 'auth_expired'
}

const NO_ACCOUNT =
  'None of the accounts of this group has a login that works. Run `cao list` on the host, and `cao add <name>` for one of them.'

/** The accounts to try; one `undefined` stands for the login of the group itself. */
async function findPool({input, options}: Asking): Promise<{
  readonly pool: readonly (PooledAccount | undefined)[]
  readonly directories?: AccountDirectories
}> {
  const {folders, log, now} = options
  const {authMethod, accounts: names} = input.providerConfig.codex ?? {}
  if (folders.accounts === undefined || authMethod === 'api_key') return {pool: [undefined]}
  const directories = createAccountDirectories({base: folders.accounts, now, log})
  const pool = await orderPool(directories, {names, nowMs: now()})
  // A group that names no account may have a login, or a key, of its own.
  if (pool.length === 0 && names === undefined) return {pool: [undefined]}
  // Where all of them rest, the first one that is back may be back already.
  const ready = pool.filter(({restsUntilMs}) => restsUntilMs === 0)
  return {pool: ready.length > 0 ? ready : pool.slice(0, 1), directories}
}

async function prepare(
  {input, options, turn}: Asking,
  account: PooledAccount | undefined,
): Promise<Pick<CodexTurn, 'env' | 'loginAdvice'>> {
  const {folders, keepEnv = [], runId} = options
  const payment = await findPayment({
    codexHome: folders.codexHome,
    authMethod: input.providerConfig.codex?.authMethod,
    loginFolder: account?.home ?? folders.login,
    apiKey: input.secrets['OPENAI_API_KEY'] ?? options.env['OPENAI_API_KEY'],
  })
  await ensureCodexConfig(folders.codexHome, {sandbox: turn.sandbox, auth: toAuth(payment)})
  const env = toAgentEnvironment(options.env, {
    codexHome: folders.codexHome,
    keep: keepEnv,
    apiKey: payment.kind === 'api_key' ? payment.apiKey : undefined,
    own: {
      CAO_AGENT_IPC_DIR: folders.ipc,
      CAO_AGENT_CHAT: input.chatJid,
      CAO_AGENT_GROUP: input.groupFolder,
      [RUN_VARIABLE]: runId,
    },
  })
  return {env, loginAdvice: toLoginAdvice(payment, folders.codexHome, account)}
}

function toLoginAdvice(payment: Payment, codexHome: string, account?: PooledAccount): string {
  if (toAuth(payment) === 'api') {
    return 'OpenAI refuses the API key of this group. Set another OPENAI_API_KEY in the .env of the host, then ask again.'
  }
  const command = account ? `cao add ${account.name}` : toLoginCommand(codexHome)
  return `The Codex login of this group no longer works. Log in again on the host: ${command}`
}

function toAuth(payment: Payment): 'api' | 'chatgpt' {
  return payment.kind === 'api_key' || payment.login === 'api_key' ? 'api' : 'chatgpt'
}

/** Runs a turn; a conversation that is gone is begun anew, once. */
async function askOnce(
  turn: CodexTurn,
  text: {readonly prompt: string; readonly threadId: string | undefined},
): Promise<TurnEnd> {
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

/** All accounts are spent: the chat hears when the first one is back. */
async function toLastError({input, options, turn}: Asking, error: AgentError): Promise<AgentError> {
  if (error.code !== 'usage_limit') return error
  const {folders, log, now} = options
  const directories = createAccountDirectories({base: folders.accounts ?? '', now, log})
  const names = input.providerConfig.codex?.accounts
  const [first] = await orderPool(directories, {names, nowMs: now()})
  const untilMs = first && first.restsUntilMs > 0 ? first.restsUntilMs : error.untilMs
  const when = untilMs === undefined ? 'later' : `after ${toClockTime(untilMs, turn.timeZone)}`
  return new AgentError(
    'usage_limit',
    `All accounts of this group have reached their usage limit. Ask again ${when}, or add an account: cao add <name>.`,
    {untilMs, cause: error},
  )
}

async function tellOfChange(
  {input, options, turn}: Asking,
  {next, spent}: {readonly spent: Spent; readonly next: PooledAccount},
): Promise<void> {
  const {account, error} = spent
  const until =
    error.untilMs === undefined ? '' : ` until ${toClockTime(error.untilMs, turn.timeZone)}`
  const what =
    error.code === 'usage_limit' ? `has reached its usage limit${until}` : 'needs a new login'
  options.log.warn(`the account ${account.name} ${what}; ${next.name} goes on`)
  if (options.doesNotify === false) return
  const {chatJid, groupFolder} = input
  const text = `The account ${account.name} ${what}. ${next.name} goes on.`
  const timestamp = new Date(options.now()).toISOString()
  const channel = createIpcFolder({folder: options.folders.ipc, now: options.now})
  await channel
    .send('messages', {type: 'message', chatJid, text, groupFolder, timestamp})
    .catch((failure: unknown) => {
      if (!(failure instanceof StorageError)) throw failure
    })
}

async function makePrelude(
  input: ContainerInput,
  {
    folders,
    ipcCommand,
    now,
    sandbox,
    timeZone,
  }: AnswerOptions & {
    readonly sandbox: SandboxSettings
    readonly timeZone: string
  },
): Promise<string> {
  const [global, group] = await Promise.all([folders.global, folders.group].map(readMemory))
  return buildPrelude({
    ...input,
    ipcFolder: folders.ipc,
    canWriteFiles: sandbox.canWriteFiles,
    command: ipcCommand,
    timeZone,
    nowMs: now(),
    memories: [
      ...(global ?? []).map((memory) => ({...memory, name: `${memory.name} (all groups)`})),
      ...(group ?? []).map((memory) => ({...memory, name: `${memory.name} (this group)`})),
    ],
  })
}
