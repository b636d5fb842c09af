import {expect, test} from 'vitest'
import type * as vscode from 'vscode'
import {AccessTokens} from '../../../../src/accounts/tokens/access-token.ts'
import {createAccountRests} from '../../../../src/accounts/rests/account-rests.ts'
import {createAccountPool} from '../../../../src/accounts/choice/account-pool.ts'
import type {Account} from '../../../../src/accounts/account.ts'
import {createAnswerMemory} from '../../../../src/hosts/vscode/chat/answer-memory.ts'
import {createChatProvider} from '../../../../src/hosts/vscode/chat/chat-provider.ts'
import type {ChatModel, ChatRequestOptions} from '../../../../src/hosts/vscode/vscode-api.ts'
import {explainRefusedModel} from '../../../../src/models/explain-model.ts'
import {LiveModels} from '../../../../src/models/live-models.ts'
import {CODEX_CLIENT_ID} from '../../../../src/codex/endpoints.ts'
import type {Backend} from '../../../../src/responses/backend.ts'
import {createItemMemory} from '../../../../src/responses/request/memory/item-memory.ts'
import type {SimulatorOptions} from '../../../../src/simulator/start-simulator.ts'
import {startTestSimulator} from '../../../support/servers/ask-simulator.ts'
import {createFakeEditor} from '../../../support/editor/fake-editor.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemoryModelCache} from '../../../support/memory/memory-model-cache.ts'
import {rejectionOf} from '../../../support/rejection.ts'
import {issueAccount} from '../../../support/servers/simulated-backend.ts'
import {eventually} from '../../../support/eventually.ts'

const USER = 1
const ASSISTANT = 2
const AUTO = 1
const FAULT = {endpoint: 'responses'} as const

interface Reported {
  readonly value?: string
  readonly callId?: string
  readonly name?: string
  readonly input?: unknown
}

/** The provider, with the simulator as its server, and nobody logged in. */
async function start(simulatorOptions: SimulatorOptions = {}) {
  const simulator = await startTestSimulator(simulatorOptions)
  const {api} = createFakeEditor()
  const {log, lines} = createMemoryLog()
  const store = createMemoryAccountStore()
  const {fetch} = globalThis
  const now = Date.now
  const url = simulator.backendUrl.href
  const server = {issuer: simulator.issuer, clientId: CODEX_CLIENT_ID}
  const accessTokens = new AccessTokens(store, {server, fetch, now})
  const appUrl = simulator.appApiUrl.href
  const userAgent = 'codex_cli_rs/0.0.0 (test)'
  const shared = {url, appUrl, accessTokens, fetch, now, log, userAgent}
  const liveModels = new LiveModels({...shared, store, cache: createMemoryModelCache()})
  const backend: Backend = {
    ...shared,
    pool: createAccountPool({store, rests: createAccountRests({now}), now}),
    items: createItemMemory(),
    delay: async () => {},
    random: () => 0.5,
    preferences: () => ({reasoningSummary: 'auto'}),
    explainModel: (model, refusal) =>
      explainRefusedModel(model, liveModels.catalogue, refusal.message),
  }
  const changed = new api.EventEmitter<void>()
  const loads = {backend: async () => backend}
  const user: {logsInAs?: Account; timesAsked: number} = {timesAsked: 0}
  const answers = createAnswerMemory()
  const provider = createChatProvider({
    api,
    openAnswers: async () => answers,
    store,
    liveModels,
    backend: () => loads.backend(),
    pickerOptions: () => ({models: 'live', efforts: 'menu'}),
    changed,
    async logIn() {
      user.timesAsked += 1
      if (user.logsInAs) await store.add(user.logsInAs)
    },
    log,
  })
  const list = async (silent: boolean) =>
    (await provider.provideLanguageModelChatInformation({silent}, none())) ?? []
  return {api, changed, lines, list, loads, user, provider, simulator, store}
}

type Started = Awaited<ReturnType<typeof start>>

function none(): vscode.CancellationToken {
  const {api} = createFakeEditor()
  return new api.CancellationTokenSource().token
}

async function startLoggedIn(simulatorOptions?: SimulatorOptions) {
  const started = await start(simulatorOptions)
  await started.store.add(await issueAccount(started.simulator, {}))
  return started
}

interface AskOptions {
  readonly model?: string
  readonly options?: Partial<ChatRequestOptions>
  readonly token?: vscode.CancellationToken
  /** What was said before. */
  readonly before?: readonly vscode.LanguageModelChatRequestMessage[]
  readonly onPart?: (part: Reported) => void
}

function message(role: number, content: readonly unknown[]) {
  return {role, name: undefined, content} as unknown as vscode.LanguageModelChatRequestMessage
}

/** Asks. @returns The parts of the answer. */
async function ask(
  {api, provider}: Started,
  prompt: string,
  {model = 'gpt-5.2', options, token = none(), before = [], onPart}: AskOptions = {},
) {
  const parts: Reported[] = []
  const report = (part: vscode.LanguageModelResponsePart) => {
    const fields = Object.assign({}, part) as Reported
    parts.push(fields)
    onPart?.(fields)
  }
  await provider.provideLanguageModelChatResponse(
    {id: model} as ChatModel,
    [...before, message(USER, [new api.LanguageModelTextPart(prompt)])],
    {toolMode: AUTO, ...options},
    {report},
    token,
  )
  return parts
}

/** Why asking failed, with the kind that the editor knows. */
async function failureOf(started: Started, prompt: string, options?: AskOptions) {
  const error: Error & {readonly code?: string} = await rejectionOf(ask(started, prompt, options))
  return error
}

function toText(parts: readonly Reported[]): string {
  return parts.map(({callId, value}) => (callId === undefined ? (value ?? '') : '')).join('')
}

test('when nobody is logged in, a silent look finds no models and asks nobody', async () => {
  const {list, user, simulator} = await start()
  expect(await list(true)).toEqual([])
  expect(user.timesAsked).toBe(0)
  expect(simulator.requests).toEqual([])
})

test('whoever adds the models by hand is asked to log in, and then gets them', async () => {
  const {list, user, simulator} = await start()
  expect(await list(false)).toEqual([])
  expect(user.timesAsked).toBe(1)
  user.logsInAs = await issueAccount(simulator, {})
  const models = await list(false)
  expect(user.timesAsked).toBe(2)
  expect(models.length).toBeGreaterThanOrEqual(22)
  await list(false)
  expect(user.timesAsked).toBe(2)
})

test('the models of the account come in the background, and the editor is told once', async () => {
  const {changed, list} = await startLoggedIn({
    accounts: [{email: 'you@example.com', models: ['gpt-5.5']}],
  })
  let news = 0
  changed.event(() => (news += 1))
  const before = await list(true)
  expect(before.map(({id}) => id)).not.toContain('gpt-5.5')
  await eventually(() => expect(news).toBe(1))
  const after = await list(true)
  const shown = after.filter(({isUserSelectable}) => isUserSelectable)
  expect(shown.map(({id}) => id)).toEqual(['gpt-5.5'])
  expect(after.map(({id}) => id)).toContain('gpt-5.2-codex-high')
  await list(true)
  expect(news).toBe(1)
})

test('after the last logout, there are no models', async () => {
  const {list, store} = await startLoggedIn()
  expect((await list(true)).length).toBeGreaterThan(0)
  for (const {id} of await store.list()) await store.remove(id)
  expect(await list(true)).toEqual([])
})

test('a question is answered in parts, as the model and the effort that were chosen', async () => {
  const started = await startLoggedIn()
  const parts = await ask(started, 'Hello [simulator deltas=5]', {model: 'gpt-5.2-codex-high'})
  expect(parts.filter(({value}) => value !== undefined).length).toBeGreaterThanOrEqual(5)
  const [request] = started.simulator.requests.filter(({path}) => path.endsWith('/responses'))
  expect(request?.body).toMatchObject({
    model: 'gpt-5.2-codex',
    reasoning: {effort: 'high'},
    stream: true,
  })
})

test('of one login of each kind, the other answers when the app is at its cap', async () => {
  const started = await start({accounts: [{email: 'ada@example.com', appRequestsPerWeek: 1}]})
  await started.store.add(await issueAccount(started.simulator, {kind: 'chatgpt-app'}))
  await started.store.add(await issueAccount(started.simulator, {}))

  const answers = [toText(await ask(started, 'One')), toText(await ask(started, 'Two'))]

  expect(answers).toEqual([
    expect.stringContaining('heard: One'),
    expect.stringContaining('heard: Two'),
  ])
  expect(started.simulator.counts).toMatchObject({
    'app-responses': {'200': 1, '429': 1},
    responses: {'200': 1},
  })
})

test('options that nobody knows are named in the log, and not sent', async () => {
  const started = await startLoggedIn()
  await ask(started, 'Hello', {options: {modelOptions: {_telemetryTurn: 1}}})
  expect(started.lines).toContain(
    'debug Options of a request are not passed on {"names":["_telemetryTurn"]}',
  )
})

test('a call comes back with its result, and the thoughts before it', async () => {
  const started = await startLoggedIn()
  const {api} = started
  const tools = [{name: 'look', description: 'Looks.', inputSchema: {type: 'object'}}]
  const asked = {model: 'gpt-5.2-codex', options: {tools}}
  const parts = await ask(started, 'use the tool look {"at":1}', asked)
  const call = parts.find(({callId}) => callId !== undefined)
  expect(call).toMatchObject({name: 'look', input: {at: 1}})
  const callId = call?.callId ?? ''
  const before = [
    message(USER, [new api.LanguageModelTextPart('use the tool look {"at":1}')]),
    message(ASSISTANT, [new api.LanguageModelToolCallPart(callId, 'look', {at: 1})]),
    message(USER, [new api.LanguageModelToolResultPart(callId, [])]),
  ]
  await ask(started, 'and now?', {...asked, before})
  const request = started.simulator.requests.findLast(({path}) => path.endsWith('/responses'))
  const {input} = (request?.body ?? {}) as {input: {type: string; encrypted_content?: string}[]}
  expect(input.map(({type}) => type)).toEqual([
    'message',
    'reasoning',
    'function_call',
    'function_call_output',
    'message',
  ])
  expect(input[1]?.encrypted_content).toEqual(expect.any(String))
})

test('without a login, a question is NoPermissions, and says what to do', async () => {
  const started = await start()
  const error = await failureOf(started, 'Hello')
  expect(error.code).toBe('NoPermissions')
  expect(error.message).toMatch(/Run “Codex: Log In”/)
})

test('an account that logs out after the models were listed is NoPermissions', async () => {
  const started = await startLoggedIn()
  await started.list(true)
  for (const {id} of await started.store.list()) await started.store.remove(id)
  expect((await failureOf(started, 'Hello')).code).toBe('NoPermissions')
})

test('a login that ended is NoPermissions', async () => {
  const started = await startLoggedIn()
  started.simulator.changeAccount('you@example.com', {signOut: true})
  const error = await failureOf(started, 'Hello')
  expect(error.code).toBe('NoPermissions')
  expect(error.message).toMatch(/Run “Codex: Log In”/)
})

test('a spent limit is Blocked', async () => {
  const started = await startLoggedIn()
  started.simulator.changeAccount('you@example.com', {primary: {usedPercent: 100}})
  expect((await failureOf(started, 'Hello')).code).toBe('Blocked')
})

test('a model that the account does not have is NotFound', async () => {
  const started = await startLoggedIn()
  expect((await failureOf(started, 'Hello', {model: 'gpt-9'})).code).toBe('NotFound')
})

test.each([
  ['Blocked', {kind: 'status', status: 400, body: {error: {code: 'cyber_policy', message: 'no'}}}],
  ['NoPermissions', {kind: 'status', status: 403, body: {error: {message: 'no'}}}],
  ['Blocked', {kind: 'response-failed', error: {code: 'cyber_policy', message: 'no'}}],
  [undefined, {kind: 'error-event', error: {code: 'context_length_exceeded', message: 'Too long'}}],
  [undefined, {kind: 'status', status: 503, body: {}, times: 20}],
] as const)('the kind %s is that of %j', async (code, fault) => {
  const started = await startLoggedIn()
  started.simulator.addFault({...FAULT, ...fault})
  const error = await failureOf(started, 'Hello')
  expect(error.code).toBe(code)
  expect(error.message).toMatch(/\.$/)
  expect(started.lines.join('\n')).toContain('warn A chat request was not answered')
})

test('what came before an answer broke off was reported', async () => {
  const started = await startLoggedIn()
  const error = {code: 'server_error', message: 'Sorry'}
  started.simulator.addFault({...FAULT, kind: 'response-failed', error, afterEvents: 8, times: 9})
  const parts: Reported[] = []
  const onPart = (part: Reported) => void parts.push(part)
  const prompt = 'Hello [simulator deltas=20 reasoning-deltas=0]'
  expect((await failureOf(started, prompt, {onPart})).message).toContain('Sorry')
  expect(toText(parts)).not.toBe('')
})

test('an answer that was stopped because of its content is Blocked', async () => {
  const started = await startLoggedIn()
  started.simulator.addFault({...FAULT, kind: 'response-incomplete', reason: 'content_filter'})
  const error = await failureOf(started, 'Hello')
  expect(error.code).toBe('Blocked')
  expect(error.message).toBe(
    'OpenAI stopped this answer because of its content. Rephrase the question.',
  )
  expect(started.lines).toContain('info An answer is not complete {"reason":"content_filter"}')
})

test('the chat of the editor reads that without a stack, which it would show', async () => {
  const started = await startLoggedIn()
  started.simulator.addFault({...FAULT, kind: 'response-incomplete', reason: 'content_filter'})
  const options = {requestInitiator: 'core'}
  const error = await failureOf(started, 'Hello', {options})
  expect(error.message).toBe(
    'OpenAI stopped this answer because of its content. Rephrase the question.',
  )
  expect(error.stack).toBe('')
})

test('an answer that is cut off because it is too long is still one', async () => {
  const started = await startLoggedIn()
  const reason = 'max_output_tokens'
  started.simulator.addFault({...FAULT, kind: 'response-incomplete', reason})
  expect(toText(await ask(started, 'Hello'))).not.toBe('')
  expect(started.lines).toContain('info An answer is not complete {"reason":"max_output_tokens"}')
})

test('a user who stops midway keeps what was said, and the editor is told that it was them', async () => {
  const started = await startLoggedIn()
  const source = new started.api.CancellationTokenSource()
  const error = await failureOf(started, 'Hello [simulator deltas=1000 delay-ms=20]', {
    token: source.token,
    onPart: () => source.cancel(),
  })
  expect(error).toBeInstanceOf(started.api.CancellationError)
})

test('a user who stops before anything comes does not wait for it', async () => {
  const started = await startLoggedIn()
  started.simulator.addFault({...FAULT, kind: 'stall'})
  const source = new started.api.CancellationTokenSource()
  const failure = failureOf(started, 'Hello', {token: source.token})
  await eventually(() =>
    expect(started.simulator.requests.some(({path}) => path.endsWith('/responses'))).toBe(true),
  )
  source.cancel()
  expect(await failure).toBeInstanceOf(started.api.CancellationError)
})

test('a request that was given up before it began is not sent', async () => {
  const started = await startLoggedIn()
  const source = new started.api.CancellationTokenSource()
  source.cancel()
  const error = await failureOf(started, 'Hello', {token: source.token})
  expect(error).toBeInstanceOf(started.api.CancellationError)
  expect(started.simulator.requests.filter(({path}) => path.endsWith('/responses'))).toEqual([])
})

test('a failure of ours that is no sentence reaches the editor as it is', async () => {
  const started = await startLoggedIn()
  const failure = new TypeError('nobody thought of it')
  started.loads.backend = () => Promise.reject(failure)
  expect(await failureOf(started, 'Hello')).toBe(failure)
  expect(started.lines).toEqual(['warn A chat request was not answered {"name":"TypeError"}'])
})

test('tokens of texts and of messages are estimated', async () => {
  const {api, provider} = await start()
  const model = {id: 'gpt-5.2'} as ChatModel
  const count = (text: string | vscode.LanguageModelChatRequestMessage) =>
    provider.provideTokenCount(model, text, none())
  expect(await count('a'.repeat(37))).toBe(10)
  const parts = [new api.LanguageModelTextPart('a'.repeat(37))]
  expect(await count(message(USER, parts))).toBe(14)
  const call = new api.LanguageModelToolCallPart('c1', 'look', {at: 'here'})
  expect(await count(message(ASSISTANT, [call]))).toBe(10)
  expect(await count(message(USER, []))).toBe(0)
})
