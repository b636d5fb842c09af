import process from 'node:process'
import {onTestFinished} from 'vitest'
import {delay} from '../../../src/base/delay.ts'
import {
  createConnectorWith,
  type Connector,
  type ConnectorEffects,
  type ConnectorSettings,
} from '../../../src/connector/create-connector.ts'
import {createMemoryFlowStore} from '../../../src/connector/flow/flow-store.ts'
import type {ConnectorUser} from '../../../src/connector/operations/connector-hooks.ts'
import {startSimulator, type Simulator} from '../../../src/simulator/start-simulator.ts'
import {createMemoryLog} from '../memory/memory-log.ts'
import {makeTemporaryFolder} from '../temporary-folder.ts'

/** An answer, with its JSON. */
export interface ConnectorAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** What a request says beside its path. */
export interface ConnectorRequest {
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** Whoever is logged in to the application. Default `ada`. */
  readonly user?: string
}

/** A connector over a simulator, and everything that it has answered. */
export interface ConnectorStory {
  readonly connector: Connector
  readonly simulator: Simulator
  readonly folder: string
  readonly lines: readonly string[]
  /** The text of every answer. */
  readonly answers: readonly string[]
  readonly ask: (call: string, request?: ConnectorRequest) => Promise<ConnectorAnswer>
}

/** The effects that a test stands in for, and what the environment also says. */
export interface ConnectorStoryOptions extends Partial<ConnectorEffects> {
  /** Default 0.02. The official CLI takes whole numbers only. */
  readonly deviceIntervalSeconds?: number
  readonly env?: NodeJS.ProcessEnv | ((simulator: Simulator) => NodeJS.ProcessEnv)
}

/** The user that a test names in a header. */
export async function authenticateByHeader(request: Request): Promise<ConnectorUser | undefined> {
  const id = request.headers.get('x-user')
  return id === null ? undefined : {id}
}

/** Starts a connector with account mode on; `call` is a method and a path below `/ops`. */
export async function startConnector(
  settings: ConnectorSettings = {},
  {deviceIntervalSeconds = 0.02, env, ...effects}: ConnectorStoryOptions = {},
): Promise<ConnectorStory> {
  const accounts = [{email: 'ada@example.com', plan: 'pro'}, {email: 'bob@example.com'}]
  const simulator = await startSimulator({deviceIntervalSeconds, accounts})
  onTestFinished(() => simulator.close())
  const folder = makeTemporaryFolder()
  const {log, lines} = createMemoryLog()
  const {arch, platform} = process
  const environment = {
    ORCH_CODEX_ACCOUNT_MODE_ENABLED: 'true',
    CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
    CODEX_BACKEND_URL: simulator.backendUrl.href,
    ...(typeof env === 'function' ? env(simulator) : env),
  }
  const connector = createConnectorWith(
    {
      folder,
      authenticate: authenticateByHeader,
      store: createMemoryFlowStore(),
      ...settings,
    },
    {
      process: {arch, platform, kill: () => true, env: environment},
      userHome: folder,
      fetch: globalThis.fetch,
      now: Date.now,
      delay,
      log,
      readCardScript: async () => '',
      ...effects,
    },
  )
  onTestFinished(() => connector.close())
  const answers: string[] = []
  const ask = async (call: string, {body, headers, user = 'ada'}: ConnectorRequest = {}) => {
    const [method = '', path = ''] = call.split(' ')
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const request = new Request(`http://app.example/ops${path}`, {
      method,
      headers: {
        'x-user': user,
        ...(body !== undefined && {'content-type': 'application/json'}),
        ...headers,
      },
      ...(body !== undefined && {body: text}),
    })
    const response = await connector.handler(request)
    const answer = await response.text()
    answers.push(answer)
    // oxlint-disable-next-line typescript/no-unsafe-assignment -- every answer is a JSON object
    const json: Record<string, unknown> = answer === '' ? {} : JSON.parse(answer)
    return {status: response.status, headers: response.headers, body: json}
  }
  return {connector, simulator, folder, lines, answers, ask}
}

/** Starts a login, types its code as this account, and waits for its end. */
export async function connectAccount(
  {ask, simulator}: ConnectorStory,
  {email = 'ada@example.com', user = 'ada'}: {readonly email?: string; readonly user?: string} = {},
): Promise<ConnectorAnswer> {
  const {body} = await ask('POST /connectors/codex/login', {user})
  await simulator.approveDevice(String(body['user_code']), {email})
  return waitForEnd(ask, String(body['poll_id']), user)
}

/** Waits until a login is over. */
export async function waitForEnd(
  ask: ConnectorStory['ask'],
  id: string,
  user = 'ada',
): Promise<ConnectorAnswer> {
  for (let version = 0; ;) {
    const answer = await ask(`GET /connectors/codex/login/${id}?version=${version}&wait=20`, {user})
    if (answer.body['state'] !== 'pending') return answer
    version = Number(answer.body['version'])
  }
}
