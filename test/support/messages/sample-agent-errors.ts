import {toLoginAdvice} from '../../../src/agent/accounts/prepare-member.ts'
import {AgentError, type AgentErrorCode} from '../../../src/agent/agent-error.ts'
import {classifyFailure, type FailedRun} from '../../../src/agent/exec/classify-failure.ts'
import {findCodexCommand} from '../../../src/agent/exec/find-codex.ts'
import {findPayment} from '../../../src/agent/home/login.ts'
import {parseContainerInput} from '../../../src/agent/protocol/container-input.ts'
import {parseProviderConfig, resolveProvider} from '../../../src/agent/protocol/provider.ts'

/** A failure of an agent, and when it comes. */
export interface SampleAgentError {
  readonly when: string
  readonly error: AgentError
}

const HOME = '/srv/chat/data/codex/dev/.codex'

const RUN: FailedRun = {
  progress: {
    threadId: 't1',
    message: undefined,
    isCompleted: false,
    failure: undefined,
    notes: [],
    usage: undefined,
    hasActed: false,
    commands: 0,
    unsandboxed: 0,
  },
  end: {exitCode: 1, signal: null, stoppedBy: undefined, errorTail: ''},
  session: undefined,
  loginAdvice: toLoginAdvice({kind: 'file', login: 'chatgpt'}, HOME, {kind: 'own'}),
  timeoutMs: 285_000,
  timeZone: 'Europe/Madrid',
}

function fail(change: {
  readonly progress?: Partial<FailedRun['progress']>
  readonly end?: Partial<FailedRun['end']>
  readonly run?: Partial<FailedRun>
}): AgentError {
  const progress = {...RUN.progress, ...change.progress}
  return classifyFailure({...RUN, ...change.run, progress, end: {...RUN.end, ...change.end}})
}

const toFailure = (failure: string) => fail({progress: {failure}})

/** What the CLI says, and how it ends. */
const RUNS: readonly (readonly [when: string, error: AgentError])[] = [
  ['a login that has ended', toFailure('Your refresh token was revoked. Please sign in again.')],
  [
    'an API key that is refused',
    fail({
      progress: {failure: 'Your refresh token was revoked.'},
      run: {loginAdvice: toLoginAdvice({kind: 'api_key', apiKey: ''}, HOME, {kind: 'own'})},
    }),
  ],
  ['a usage limit', toFailure('You’ve hit your usage limit.')],
  [
    'settings that the CLI refuses',
    fail({
      end: {errorTail: 'Error loading config.toml: unknown variant `loud`'},
      progress: {threadId: undefined},
    }),
  ],
  ['a program that crashes', fail({end: {errorTail: 'thread main panicked'}})],
  ['a host that stops it', fail({end: {stoppedBy: 'aborted'}})],
  ['nothing to say', fail({progress: {isCompleted: true}})],
  ['no network', toFailure('stream disconnected before completion: error sending request')],
  ['no sandbox', fail({progress: {isCompleted: true, commands: 1, unsandboxed: 1}})],
  ['a conversation that is gone', fail({end: {errorTail: 'no rollout found for thread id t1'}})],
  ['a full disk', toFailure('No space left on device (os error 28)')],
  ['a run that takes too long', fail({end: {stoppedBy: 'timeout'}})],
  ['an output without an end', fail({end: {stoppedBy: 'output'}})],
  ['a folder that is not trusted', fail({end: {errorTail: 'Not inside a trusted directory'}})],
]

/** What is wrong before the CLI runs. */
const STARTS: readonly (readonly [when: string, start: () => unknown])[] = [
  ['no CLI', () => findCodexCommand('codex', {PATH: '/nowhere'})],
  [
    'a word of the policy that there is not',
    () => parseProviderConfig({codex: {approvalPolicy: 'never'}}),
  ],
  ['a provider that there is not', () => resolveProvider({group: 'gemini'})],
  ['a message that is none', () => parseContainerInput('{}')],
  ['no login', () => findPayment({codexHome: HOME, authMethod: undefined, apiKey: undefined})],
  [
    'no login where one is wanted',
    () => findPayment({codexHome: HOME, authMethod: 'chatgpt', apiKey: undefined}),
  ],
  [
    'no key where one is wanted',
    () => findPayment({codexHome: HOME, authMethod: 'api_key', apiKey: undefined}),
  ],
]

/** A failure of each kind, as the product words it for a chat. */
export async function createSampleAgentErrors(): Promise<readonly SampleAgentError[]> {
  const started = await Promise.all(
    STARTS.map(async ([when, start]) => ({when, error: await catchError(start)})),
  )
  return [...started, ...RUNS.map(([when, error]) => ({when, error}))]
}

/** Every kind, so that none is without a sample. */
export const AGENT_ERROR_CODES: Readonly<Record<AgentErrorCode, true>> = {
  auth_expired: true,
  cli_missing: true,
  config_invalid: true,
  crashed: true,
  empty_result: true,
  input_invalid: true,
  network: true,
  no_auth: true,
  provider_unknown: true,
  sandbox_unavailable: true,
  stale_thread: true,
  storage: true,
  timeout: true,
  untrusted_dir: true,
  usage_limit: true,
}

async function catchError(start: () => unknown): Promise<AgentError> {
  try {
    await start()
  } catch (error) {
    if (error instanceof AgentError) return error
    throw error
  }
  throw new Error('It did not fail')
}
