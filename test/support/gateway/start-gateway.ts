/**
 * A gateway in the process of the test, over accounts of a simulator.
 *
 * @module
 */
import {onTestFinished} from 'vitest'
import {createGateway, type Gateway} from '../../../src/gateway/create-gateway.ts'
import type {GatewayOptions} from '../../../src/gateway/gateway-options.ts'
import type {Engine, EngineOptions} from '../../../src/engine/create-engine.ts'
import type {FetchFunction} from '../../../src/http/fetch.ts'
import type {Simulator, SimulatorOptions} from '../../../src/simulator/start-simulator.ts'
import {startTestSimulator} from '../servers/ask-simulator.ts'
import {createTestEngine} from '../engine/create-test-engine.ts'
import {createMemoryAccountStore} from '../memory/memory-account-store.ts'
import {createMemoryLog} from '../memory/memory-log.ts'
import {issueAccount} from '../servers/simulated-backend.ts'

/** The operator key of every gateway of a test. */
export const OPERATOR_KEY = 'operator-key-of-a-test'

/** How a gateway of a test is made. */
export interface TestGatewayOptions extends Partial<GatewayOptions> {
  readonly simulator?: SimulatorOptions
  /** Whose logins it has. Default: all accounts of the simulator. */
  readonly emails?: readonly string[]
  /** Which of them are logins of "Sign in with ChatGPT". Default: none. */
  readonly apps?: readonly string[]
  /** Default: the one of the process. */
  readonly fetch?: FetchFunction
  /** Where the backend is. Default: the simulator. */
  readonly backendUrl?: string
  readonly engineOptions?: Partial<EngineOptions>
  /** What else of the gateway needs its engine. Default: nothing. */
  readonly plug?: (engine: Engine) => Partial<GatewayOptions>
}

/** A gateway, and what is behind it. */
export interface TestGateway {
  readonly gateway: Gateway
  readonly engine: Engine
  readonly simulator: Simulator
  readonly lines: readonly string[]
  /** Asks the gateway, below its address. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
  /** Asks for an answer to a prompt, as one object. */
  readonly prompt: (text: string, fields?: object, headers?: object) => Promise<Response>
}

/** Two accounts, both logged in. */
const TWO = {accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}]}

/** Starts it. It ends with the test. */
export async function startTestGateway({
  simulator: simulatorOptions = TWO,
  emails,
  apps = [],
  fetch = globalThis.fetch,
  backendUrl,
  engineOptions,
  plug = () => ({}),
  ...options
}: TestGatewayOptions = {}): Promise<TestGateway> {
  const simulator = await startTestSimulator(simulatorOptions)
  const names = emails ?? simulator.accounts.map(({email}) => email)
  const accounts = await Promise.all(
    names.map((email) =>
      issueAccount(simulator, {email, kind: apps.includes(email) ? 'chatgpt-app' : 'codex'}),
    ),
  )
  const env = {
    CODEX_AUTH_ISSUER_URL: simulator.issuer.href,
    CODEX_BACKEND_URL: backendUrl ?? simulator.backendUrl.href,
    CODEX_APP_API_URL: simulator.appApiUrl.href,
  }
  const engine = createTestEngine({
    process: {arch: 'x64', platform: 'linux', env},
    fetch,
    now: Date.now,
    own: createMemoryAccountStore(...accounts),
    ...engineOptions,
  })
  const {log, lines} = createMemoryLog()
  const gateway = await createGateway({
    engine,
    listModels: () => [{id: 'gpt-5.5'}],
    place: {address: '127.0.0.1', port: 0},
    version: '0.0.0',
    now: Date.now,
    log,
    operatorKey: OPERATOR_KEY,
    ...options,
    ...plug(engine),
  })
  onTestFinished(async () => {
    await gateway.stop(0)
    await engine.stop()
  })
  const ask = (path: string, init?: RequestInit) =>
    globalThis.fetch(new URL(path, gateway.url), init)
  return {
    gateway,
    engine,
    simulator,
    lines,
    ask,
    prompt: (text, fields = {}, headers = {}) =>
      ask('/v1/responses', {
        method: 'POST',
        headers: {'content-type': 'application/json', ...headers},
        body: JSON.stringify({model: 'gpt-5.5', input: text, ...fields}),
      }),
  }
}
