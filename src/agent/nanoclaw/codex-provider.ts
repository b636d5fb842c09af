/**
 * Codex as a provider of NanoClaw v2, with the official CLI.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import {AgentError} from '../agent-error.ts'
import {toAgentEnvironment} from '../exec/agent-environment.ts'
import {runCodex, type CodexTurn, type TurnEnd} from '../exec/run-codex.ts'
import {ensureCodexConfig} from '../home/codex-config.ts'
import {findCodexCommand} from '../exec/find-codex.ts'
import {findPayment, toLoginCommand} from '../home/login.ts'
import {hasThread} from '../home/threads.ts'
import {toSandboxSettings} from '../protocol/policy.ts'
import type {ApprovalPolicy, AuthMethod} from '../protocol/provider.ts'
import {isTimeZone} from '../to-clock-time.ts'
import {createEventQueue, type EventQueue} from './event-queue.ts'
import type {AgentProvider, AgentQuery, ProviderEvent, QueryInput} from './provider-seam.ts'

/** Options of {@link createCodexProvider}; the first ones are those that the host gives every provider. */
export interface CodexProviderOptions {
  readonly env?: NodeJS.ProcessEnv
  readonly model?: string
  readonly codexHome: string
  /** The folder of a shared login. Default: the login is in {@link codexHome}. */
  readonly loginFolder?: string
  readonly ipcFolder?: string
  readonly approvalPolicy?: ApprovalPolicy
  readonly authMethod?: AuthMethod
  readonly codex?: string
  readonly baseUrl?: string
  /** The longest that an answer may take, in milliseconds. Default 10 minutes. */
  readonly timeoutMs?: number
  /** Whether a container is around it. Default yes. */
  readonly isContained?: boolean
  readonly now: Clock
}

const TIMEOUT_MS = 600_000

/** What says that a conversation is gone, also in an error that has been made anew on its way. */
const STALE = /conversation with Codex is not there|no rollout found|thread not found/i

/** How often a host hears that there is still something going on, in milliseconds. */
const ACTIVITY_MS = 5000

/**
 * Creates the provider. Messages that are pushed while an answer is under way are answered after it, in the same
 * conversation.
 */
export function createCodexProvider(options: CodexProviderOptions): AgentProvider {
  return {
    supportsNativeSlashCommands: false,
    // The memory of the host is in its files, which the CLI reads by itself.
    registerMemorySessionHook: () => undefined,
    isSessionInvalid: (error) => error instanceof Error && STALE.test(error.message),
    query: (input) => startQuery(input, options),
  }
}

function startQuery(input: QueryInput, options: CodexProviderOptions): AgentQuery {
  const queue = createEventQueue()
  const stop = new AbortController()
  const waiting = [toPrompt(input)]
  const activity = setInterval(() => queue.push({type: 'activity'}), ACTIVITY_MS)
  let isEnded = false
  let wake: (() => void) | undefined
  const work = async () => {
    let continuation = input.continuation
    for (;;) {
      const prompt = waiting.splice(0).join('\n\n')
      if (prompt !== '')
        continuation = await answer({prompt, continuation, input, queue, stop}, options)
      if (waiting.length > 0) continue
      if (isEnded || stop.signal.aborted) return
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  void work()
    .catch((error: unknown) => pushAll(queue, toErrorEvents(error)))
    .finally(() => {
      clearInterval(activity)
      queue.end()
    })
  return {
    events: queue.events,
    push(message) {
      waiting.push(message)
      wake?.()
    },
    end() {
      isEnded = true
      wake?.()
    },
    abort() {
      stop.abort()
      wake?.()
    },
  }
}

interface Turn {
  readonly prompt: string
  readonly continuation: string | undefined
  readonly input: QueryInput
  readonly queue: EventQueue
  readonly stop: AbortController
}

async function answer(turn: Turn, options: CodexProviderOptions): Promise<string | undefined> {
  const {continuation, prompt, queue} = turn
  queue.push({type: 'activity'})
  const isKnown = continuation !== undefined && (await hasThread(options.codexHome, continuation))
  const prepared = await prepare(turn, options)
  const ask = (threadId: string | undefined) => runCodex(prepared, {prompt: () => prompt, threadId})
  const end = await askTwice(ask, isKnown ? continuation : undefined)
  // Who has aborted it does not want to hear that it was.
  if (!turn.stop.signal.aborted) pushAll(queue, toEvents(end))
  return end.progress.threadId ?? continuation
}

/** Settings, login and program of a turn. */
async function prepare({input, stop}: Turn, options: CodexProviderOptions): Promise<CodexTurn> {
  const {
    approvalPolicy = 'auto',
    codex = 'codex',
    codexHome,
    env = {},
    ipcFolder = input.cwd,
    isContained = true,
    now,
    timeoutMs = TIMEOUT_MS,
  } = options
  const sandbox = toSandboxSettings(approvalPolicy, {ipcFolder, isContained})
  const payment = await findPayment({
    codexHome,
    authMethod: options.authMethod,
    loginFolder: options.loginFolder,
    apiKey: env['OPENAI_API_KEY'],
  })
  const apiKey = payment.kind === 'api_key' ? payment.apiKey : undefined
  const isKey = payment.kind === 'api_key' || payment.login === 'api_key'
  await ensureCodexConfig(codexHome, {sandbox, auth: isKey ? 'api' : 'chatgpt'})
  return {
    codex: await findCodexCommand(codex, env),
    codexHome,
    folder: input.cwd,
    env: toAgentEnvironment(env, {codexHome, apiKey}),
    loginAdvice: `The Codex login no longer works. Log in again: ${toLoginCommand(codexHome)}`,
    sandbox,
    model: options.model,
    addresses: {openai: options.baseUrl},
    timeoutMs,
    idleMs: timeoutMs,
    timeZone: isTimeZone(env['TZ']) ? env['TZ'] : 'UTC',
    now,
    signal: stop.signal,
  }
}

/** A conversation that is gone is begun anew, once. */
async function askTwice(
  ask: (threadId: string | undefined) => Promise<TurnEnd>,
  threadId: string | undefined,
): Promise<TurnEnd> {
  const end = await ask(threadId)
  const isStale = end.kind === 'failure' && end.error.code === 'stale_thread'
  return isStale && threadId !== undefined ? ask(undefined) : end
}

function toEvents(end: TurnEnd): readonly ProviderEvent[] {
  const {threadId} = end.progress
  const init = threadId === undefined ? [] : [{type: 'init' as const, continuation: threadId}]
  return end.kind === 'answer'
    ? [...init, {type: 'result', text: end.text}]
    : [...init, ...toErrorEvents(end.error)]
}

/** For the log of the host, and whoever may go on in place of this one; then for the user, who would not hear of it otherwise. */
function toErrorEvents(error: unknown): readonly ProviderEvent[] {
  const isOurs = error instanceof AgentError
  const message = isOurs ? error.message : 'The agent has failed. Ask again, and look into its log.'
  const {code = 'crashed', untilMs} = isOurs ? error : {}
  return [
    {
      type: 'error',
      message: error instanceof Error ? error.message : message,
      retryable: code === 'network',
      classification: CLASSES.get(code) ?? code,
      ...(untilMs !== undefined && {untilMs}),
    },
    {type: 'result', text: message, isError: true},
  ]
}

/** How hosts call what has to do with an account. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['usage_limit', 'quota'],
  ['auth_expired', 'auth'],
  ['no_auth', 'auth'],
])

function pushAll(queue: EventQueue, events: readonly ProviderEvent[]): void {
  for (const event of events) queue.push(event)
}

function toPrompt({prompt, systemContext}: QueryInput): string {
  const {instructions = ''} = systemContext ?? {}
  return instructions === '' ? prompt : `${instructions}\n\n${prompt}`
}
