/**
 * Starts a local stand-in for `auth.openai.com` and `chatgpt.com/backend-api`.
 *
 * @module
 */
import type {FetchFunction} from '../http/fetch.ts'
import {serve} from '../http/serve.ts'
import {changeAccount, type AccountChange} from './control/account-change.ts'
import {approveAuthorization, approveDeviceCode, type LoginDecision} from './auth/approve-login.ts'
import {createAnswerBook} from './state/answer-book.ts'
import {createAppRegistrationBook} from './state/app-registration-book.ts'
import {createAuthorizationCodeBook} from './state/authorization-code-book.ts'
import {createDeviceCodeBook} from './state/device-code-book.ts'
import {createFaultQueue, type Fault, type PendingFault} from './state/fault.ts'
import {handleRequest} from './handle-request.ts'
import {createPromptCache} from './state/prompt-cache.ts'
import {createRequestCounts, type Counts} from './state/request-counts.ts'
import {createRequestLog, type RecordedRequest} from './state/request-log.ts'
import {createSessionBook, type IssuedTokens} from './state/session-book.ts'
import {
  createAccountBook,
  DEFAULT_ACCESS_TOKEN_LIFETIME_SECONDS,
  type AccountSeed,
  type SimulatedAccount,
} from './state/simulated-account.ts'
import {
  resetSimulation,
  type Behaviour,
  type Simulation,
  type WebSocketLimits,
} from './state/simulation.ts'
import {createTokenCounts, type InputTokens} from './state/token-counts.ts'
import {createTokenSigner} from './state/token-signer.ts'
import {createSocketDoor} from './websocket/socket-door.ts'

/** The client id that {@link Simulator.issueTokens} issues tokens for: that of the official CLI. */
const CODEX_CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann'
const SCOPE = 'openid profile email offline_access'
const APP_SCOPE = `${SCOPE} resource.invoke chatgpt.tokens.use.direct`
const HOST_ID = 'urn:uuid:00000000-0000-4000-8000-000000000000'
const DEFAULT_REFRESH_TOKEN_LIFETIME_SECONDS = 60 * 86_400
const DEFAULT_APP_REFRESH_AFTER_SECONDS = 50 * 60
const DEVICE_CODE_LIFETIME_SECONDS = 15 * 60
const DEFAULT_MAX_BODY_BYTES = 32 * 1024 * 1024
const SOCKET_LIMITS = {maxAgeMs: 60 * 60_000, maxMessageBytes: 16 * 1024 * 1024}

/** How a simulator behaves. Everything has a default. */
export interface SimulatorOptions {
  /** TCP port on 127.0.0.1. Default: a free one. */
  readonly port?: number
  /** Default: one account, `you@example.com`, plan plus, with the older models. */
  readonly accounts?: readonly AccountSeed[]
  /** The simulator's clock (milliseconds since the Unix epoch). Default: the real one. */
  readonly now?: () => number
  /** Default: ten days. */
  readonly accessTokenLifetimeSeconds?: number
  /** Default: 60 days. */
  readonly refreshTokenLifetimeSeconds?: number
  /** How long after its tokens came an app of "Sign in with ChatGPT" may refresh them. Default: 50 minutes. */
  readonly appRefreshAfterSeconds?: number
  /** Whether token answers carry `expires_in`. Default true. */
  readonly sendsExpiresIn?: boolean
  /** Whether streams carry a `codex.rate_limits` event: at the start, or midway. Default false. */
  readonly sendsRateLimitsEvent?: boolean | 'midway'
  /** Whether the terminal event repeats the output. Default false, as the real backend. */
  readonly repeatsOutput?: boolean
  /** How often a device may ask whether the user has approved. Default 1. */
  readonly deviceIntervalSeconds?: number
  /** How long a code for a device login is good. Default: 15 minutes. */
  readonly deviceCodeLifetimeSeconds?: number
  /** Largest request body, before and after decompression. Default 32 MiB. */
  readonly maxBodyBytes?: number
  /**
   * Whether an upgrade to a WebSocket is taken. Default: it is refused with 426. The limits are those of the real
   * backend unless they are given: 60 minutes, and 16 MiB a message.
   */
  readonly webSocket?: boolean | Partial<WebSocketLimits>
  /** What {@link Simulator.approve} uses in the place of a browser. Default: the global one. */
  readonly fetch?: FetchFunction
}

/** A running simulator. */
export interface Simulator {
  readonly url: URL
  /** For `CODEX_AUTH_ISSUER_URL`. */
  readonly issuer: URL
  /** For `CODEX_BACKEND_URL`. */
  readonly backendUrl: URL
  /** For `CODEX_APP_API_URL`. */
  readonly appApiUrl: URL
  /** What arrived, oldest first; the last 500. Requests to `/_simulator` are not among them. */
  readonly requests: readonly RecordedRequest[]
  /**
   * How often each endpoint gave each answer since the start: all of them, not only the last 500. Most
   * answers are counted by status. `token` tells `exchanged` codes and `refreshed` logins from refusals
   * such as `reused`; `dropped` is a connection that a fault cut at once.
   */
  readonly counts: Counts
  /** Input tokens since the start, by email, and how many of them were cached. */
  readonly tokens: Readonly<Record<string, InputTokens>>
  readonly accounts: readonly SimulatedAccount[]
  /** The faults that wait. */
  readonly faults: readonly PendingFault[]
  /** Makes the next answers of an endpoint go wrong. */
  addFault(fault: Fault): void
  /** Forgets the faults that wait. */
  clearFaults(): void
  addAccount(seed: AccountSeed): SimulatedAccount
  /**
   * Changes an account, or ends its tokens.
   *
   * @throws {Error} There is no such account.
   */
  changeAccount(email: string, change: AccountChange): void
  /**
   * Logs a user in without a browser.
   *
   * @param email Default: the first account.
   * @param options Default lifetime: that of the account.
   * @throws {Error} There is no such account.
   */
  issueTokens(email?: string, options?: {readonly expiresInSeconds?: number}): Promise<IssuedTokens>
  /**
   * Lets a new app use the plan of a user, without a browser.
   *
   * @param email Default: the first account.
   * @param options Default scope: all that an app can have.
   * @throws {Error} There is no such account.
   */
  issueAppTokens(
    email?: string,
    options?: {readonly expiresInSeconds?: number; readonly scope?: string},
  ): Promise<IssuedTokens & {readonly client_id: string}>
  /**
   * Does what a user does in the browser, over HTTP: opens the page, presses Continue (or Cancel).
   *
   * @returns Where the browser is sent: the redirect URI with its parameters.
   * @throws {Error} The page is an error page, or does not offer the account.
   */
  approve(authorizationUrl: URL | string, decision?: LoginDecision): Promise<URL>
  /**
   * Types a user code into the page for device logins.
   *
   * @throws {Error} The page does not take the code, or does not offer the account.
   */
  approveDevice(userCode: string, decision?: {readonly email?: string}): Promise<void>
  /** Back to the start: accounts, quotas, faults, requests, counts. Nobody is logged in any more. */
  reset(): void
  /** Stops the server, and drops open connections. */
  close(): Promise<void>
}

/**
 * Starts a simulator.
 *
 * @throws The listen error, for example `EADDRINUSE`.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  let origin = ''
  const simulation = await createSimulation(options, () => origin)
  const server = await serve((request) => handleRequest(request, simulation), options.port ?? 0)
  origin = server.url.origin
  const door = createSocketDoor(simulation)
  server.onUpgrade(door.open)
  return {
    ...createControls(simulation),
    ...createBrowser(options.fetch ?? globalThis.fetch, server.url),
    url: server.url,
    issuer: server.url,
    backendUrl: new URL('/backend-api', server.url),
    appApiUrl: new URL('/v1', server.url),
    get requests() {
      return simulation.requests.list()
    },
    get counts() {
      return simulation.counts.read()
    },
    get tokens() {
      return simulation.tokens.read()
    },
    get accounts() {
      return simulation.accounts.list()
    },
    get faults() {
      return simulation.faults.list()
    },
    close: async () => {
      door.close()
      await server.close()
    },
  }
}

async function createSimulation(
  options: SimulatorOptions,
  issuer: () => string,
): Promise<Simulation> {
  const {now = Date.now} = options
  const {
    accounts: seeds = [{email: 'you@example.com'}],
    accessTokenLifetimeSeconds = DEFAULT_ACCESS_TOKEN_LIFETIME_SECONDS,
    refreshTokenLifetimeSeconds = DEFAULT_REFRESH_TOKEN_LIFETIME_SECONDS,
    appRefreshAfterSeconds = DEFAULT_APP_REFRESH_AFTER_SECONDS,
  } = options
  const signer = await createTokenSigner({issuer, now})
  return {
    behaviour: toBehaviour(options),
    accounts: createAccountBook({seeds, accessTokenLifetimeSeconds, now}),
    sessions: createSessionBook({
      signer,
      now,
      refreshTokenLifetimeSeconds,
      appRefreshAfterSeconds,
    }),
    apps: createAppRegistrationBook(),
    codes: createAuthorizationCodeBook(now),
    deviceCodes: createDeviceCodeBook(
      now,
      options.deviceCodeLifetimeSeconds ?? DEVICE_CODE_LIFETIME_SECONDS,
    ),
    faults: createFaultQueue(),
    answers: createAnswerBook(),
    requests: createRequestLog(),
    counts: createRequestCounts(),
    tokens: createTokenCounts(),
    promptCache: createPromptCache(),
    signer,
    now,
    issuer,
  }
}

function toBehaviour(options: SimulatorOptions): Behaviour {
  const {webSocket = false} = options
  return {
    sendsExpiresIn: options.sendsExpiresIn ?? true,
    sendsRateLimitsEvent: options.sendsRateLimitsEvent ?? false,
    repeatsOutput: options.repeatsOutput ?? false,
    deviceIntervalSeconds: options.deviceIntervalSeconds ?? 1,
    webSocket:
      webSocket === false ? undefined : {...SOCKET_LIMITS, ...(webSocket !== true && webSocket)},
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
  }
}

type Controls = Pick<
  Simulator,
  | 'addAccount'
  | 'addFault'
  | 'changeAccount'
  | 'clearFaults'
  | 'issueAppTokens'
  | 'issueTokens'
  | 'reset'
>

function createControls(simulation: Simulation): Controls {
  const {accounts, faults, sessions} = simulation

  function getAccount(email?: string): SimulatedAccount {
    const account = accounts.find(email)
    if (!account) throw new Error(`There is no account ${email ?? ''}`)
    return account
  }

  return {
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    addAccount: (seed) => accounts.add(seed),
    changeAccount: (email, change) => changeAccount(getAccount(email), change, simulation),
    issueTokens: (email, {expiresInSeconds} = {}) => {
      const grant = {account: getAccount(email), clientId: CODEX_CLIENT_ID, scope: SCOPE}
      return sessions.start(grant, expiresInSeconds)
    },
    issueAppTokens: async (email, {expiresInSeconds, scope = APP_SCOPE} = {}) => {
      const account = getAccount(email)
      const {clientId} = simulation.apps.register({account, agentName: 'A test', hostId: HOST_ID})
      const grant = {account, clientId, scope, isApp: true}
      return {...(await sessions.start(grant, expiresInSeconds)), client_id: clientId}
    },
    reset: () => resetSimulation(simulation),
  }
}

function createBrowser(
  fetch: FetchFunction,
  url: URL,
): Pick<Simulator, 'approve' | 'approveDevice'> {
  return {
    approve: (authorizationUrl, decision = {}) =>
      approveAuthorization(fetch, new URL(authorizationUrl), decision),
    approveDevice: (userCode, decision = {}) =>
      approveDeviceCode(fetch, new URL('/codex/device', url), {...decision, userCode}),
  }
}
