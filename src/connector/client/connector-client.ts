/**
 * A client of the connector, for pages and programs.
 *
 * @module
 */
import type {
  CapabilitiesAnswer,
  LoginAnswer,
  ProviderAnswer,
  StatusAnswer,
  ValidationAnswer,
} from './answers.ts'

/** How long an answer may take, in milliseconds. */
const TIMEOUT_MS = 20_000

/** Where the connector is, and how it is asked. */
export interface ConnectorClientOptions {
  /** What every address begins with. Default `/ops`. */
  readonly baseUrl?: string
  readonly fetch: typeof globalThis.fetch
  /** Sent with each request, for example what logs the user in to the application. */
  readonly headers?: () => Readonly<Record<string, string>>
  /** The language of messages, for example `es`. Default: that of the browser. */
  readonly language?: string | undefined
}

/** How long a change of a login is waited for. */
export interface LoginWait {
  /** The version that is known already. */
  readonly version?: number
  /** At most 25. Default 0: answers at once. */
  readonly waitSeconds?: number
  readonly signal?: AbortSignal
}

/** The connector has refused a request, in words for the user. */
export class ConnectorRequestError extends Error {
  override readonly name = 'ConnectorRequestError'
  /** Stable: switch on it. */
  readonly code: string
  /** What the user can do. */
  readonly action: string
  /** HTTP status. */
  readonly status: number

  constructor(message: string, facts: {code: string; action: string; status: number}) {
    super(message)
    this.code = facts.code
    this.action = facts.action
    this.status = facts.status
  }
}

/** There was no answer of a connector: no server, another one, or none in time. */
export class ConnectorGoneError extends Error {
  override readonly name = 'ConnectorGoneError'
}

/**
 * Asks a connector.
 *
 * Each method throws {@link ConnectorRequestError} when the connector refuses, {@link ConnectorGoneError} when there
 * is no answer of one, and the reason of a `signal` that is aborted.
 */
export interface ConnectorClient {
  /** Starts a login, or finds the one that is under way. A failure is an answer with `status: 'error'`. */
  startLogin(): Promise<LoginAnswer>
  getLogin(id: string, wait?: LoginWait): Promise<LoginAnswer>
  cancelLogin(id: string): Promise<LoginAnswer>
  /** @param options With `verify`, the server is asked whether the login works and what is left. */
  getStatus(options?: {readonly verify?: boolean}): Promise<StatusAnswer>
  logOut(): Promise<{readonly status: 'error' | 'ok'; readonly message: string}>
  refresh(): Promise<ProviderAnswer>
  /** Tries the connected account, or an API key. */
  validate(apiKey?: string): Promise<ValidationAnswer>
  storeApiKey(apiKey: string): Promise<{readonly active: boolean}>
  getCapabilities(): Promise<CapabilitiesAnswer>
  getProvider(): Promise<ProviderAnswer>
  saveProvider(choice: ProviderAnswer): Promise<ProviderAnswer>
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly body?: unknown
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

/** Creates a client. Nobody is asked yet. */
export function createConnectorClient(options: ConnectorClientOptions): ConnectorClient {
  const codex = '/connectors/codex'
  const ask = <Answer>(path: string, call: Call = {}) => askJson<Answer>(options, path, call)
  const post = {method: 'POST'} as const
  return {
    startLogin: () => ask(`${codex}/login`, {...post, timeoutMs: 2 * TIMEOUT_MS}),
    getLogin(id, {signal, version = 0, waitSeconds = 0} = {}) {
      const timeoutMs = waitSeconds * 1000 + TIMEOUT_MS
      const query = waitSeconds > 0 ? `?version=${version}&wait=${waitSeconds}` : ''
      return ask(`${codex}/login/${encodeURIComponent(id)}${query}`, {timeoutMs, signal})
    },
    cancelLogin: (id) => ask(`${codex}/login/${encodeURIComponent(id)}/cancel`, post),
    getStatus: ({verify = false} = {}) =>
      ask(`${codex}/auth-status${verify ? '?verify=true' : ''}`),
    logOut: () => ask(`${codex}/logout`, post),
    refresh: () => ask('/connectors/account/refresh', {...post, body: {provider_id: 'codex'}}),
    validate: (apiKey) =>
      ask(`${codex}/validate`, {...post, body: apiKey === undefined ? {} : {api_key: apiKey}}),
    storeApiKey: (apiKey) => ask(`${codex}/credentials`, {...post, body: {api_key: apiKey}}),
    getCapabilities: () => ask('/provider/capabilities'),
    getProvider: () => ask('/provider'),
    saveProvider: (body) => ask('/provider', {method: 'PUT', body}),
  }
}

async function askJson<Answer>(
  options: ConnectorClientOptions,
  path: string,
  call: Call,
): Promise<Answer> {
  const {baseUrl = '/ops', fetch} = options
  const url = `${baseUrl.replace(/(?<!\/)\/+$/, '')}${path}`
  const {status, text} = await send(url, {fetch, signal: call.signal}, toInit(options, call))
  const answer = parseObject(text)
  if (!answer) throw new ConnectorGoneError(`There was no answer of a connector (HTTP ${status})`)
  if (status >= 200 && status < 300) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the connector has documented shapes
    return answer as Answer
  }
  const {action, code, detail, message = detail} = answer
  throw new ConnectorRequestError(toText(message) ?? `HTTP ${status}`, {
    code: toText(code) ?? 'unknown',
    action: toText(action) ?? '',
    status,
  })
}

function toInit(
  {headers, language}: ConnectorClientOptions,
  {body, method = 'GET', signal, timeoutMs = TIMEOUT_MS}: Call,
): RequestInit {
  const timeout = AbortSignal.timeout(timeoutMs)
  return {
    method,
    credentials: 'same-origin',
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    ...(body !== undefined && {body: JSON.stringify(body)}),
    headers: {
      accept: 'application/json',
      ...(language !== undefined && {'accept-language': language}),
      ...(body !== undefined && {'content-type': 'application/json'}),
      ...headers?.(),
    },
  }
}

async function send(
  url: string,
  {fetch, signal}: Pick<ConnectorClientOptions, 'fetch'> & Pick<Call, 'signal'>,
  init: RequestInit,
): Promise<{readonly status: number; readonly text: string}> {
  try {
    const response = await fetch(url, init)
    return {status: response.status, text: await response.text()}
  } catch (error) {
    signal?.throwIfAborted()
    throw new ConnectorGoneError('The connector did not answer', {cause: error})
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is an object
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
