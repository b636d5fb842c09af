/**
 * A connector: users of an application connect their ChatGPT account from its own page.
 *
 * @module
 */
import path from 'node:path'

import type {Clock} from '../base/clock.ts'
import type {Log} from '../base/log.ts'
import {readEndpoints} from '../codex/endpoints.ts'
import {hasErrorCode} from '../files/storage-failure.ts'
import type {FetchFunction} from '../http/fetch.ts'
import type {RequestHandler} from '../http/serve.ts'
import {revokeTokens} from '../oauth/revoke.ts'
import type {AccountPlace} from './accounts/account-place.ts'
import {createAccountPlace} from './accounts/create-account-place.ts'
import {createCodexCliDriver, type CliWay} from './drivers/codex-cli/codex-cli-driver.ts'
import {createDeviceCodeDriver} from './drivers/device-code-driver.ts'
import type {LoginDriver} from './drivers/login-driver.ts'
import type {PlaceLocation} from './drivers/place-location.ts'
import {createSimulatedDriver} from './drivers/simulated-driver.ts'
import {createFileFlowStore} from './flow/file-flow-store.ts'
import {createFlowBook} from './flow/flow-book.ts'
import {createMemoryFlowStore, type FlowStore} from './flow/flow-store.ts'
import {createConnectorKey, createKeyCheck} from './http/connector-key.ts'
import {createHandler} from './http/create-handler.ts'
import type {ConnectorHooks, ConnectorUser} from './operations/connector-hooks.ts'
import {createOperations, type Operations} from './operations/create-operations.ts'
import {createStartLimit} from './operations/start-limit.ts'
import {isAccountModeEnabled} from './settings/account-mode.ts'
import {toCapabilities, type ProviderCapabilities} from './settings/capabilities.ts'
import type {Language} from './words/language.ts'

/** What an application sets. */
export interface ConnectorSettings extends ConnectorHooks {
  /**
   * A folder of account folders, or a function that gives each user one. Default: `~/.codex-account-orchestrator`,
   * which `cao` and the editors use as well.
   */
  readonly folder?: string | ((user: ConnectorUser) => string)
  /**
   * One CODEX_HOME in place of account folders, for example `~/.codex`, for an application whose users want the login
   * where the official CLI keeps it.
   */
  readonly codexHome?: string | ((user: ConnectorUser) => string)
  /**
   * Who logs in: `device` is our own client, which needs no other program; `codex-cli` is the official CLI, by its
   * app-server or else by what it prints; `simulated` only looks like a login, and connects nobody. Default `device`.
   */
  readonly login?: 'codex-cli' | 'device' | 'simulated'
  /** The official CLI: its name, or its path. Default `codex`. */
  readonly codex?: string
  /** How the official CLI is asked, in turn. Default: `app-server`, then `text`. */
  readonly codexWays?: readonly CliWay[]
  /** An `.env` file with `ORCH_CODEX_ACCOUNT_MODE_ENABLED`, for when the environment does not have it. */
  readonly envFile?: string
  /** What every path begins with. Default `/ops`. */
  readonly basePath?: string
  /** Origins of other servers whose pages may use this one, for example `https://app.example`. Default none. */
  readonly allowedOrigins?: readonly string[]
  /** The language of texts where a request names none. Default `en`. */
  readonly language?: Language
  /**
   * What opens the connector where no `authenticate` says who asks (`Authorization: Bearer …`); its user is then the
   * only one. At least 16 characters. Default: a new one for each connector, {@link Connector.key}.
   */
  readonly key?: string
  /** The code of the card, for the page `connect` and for `connectors/codex/card.js`. Default: that of this package. */
  readonly cardScript?: () => Promise<string>
  /** Where logins are written down. Default: `connector-flows.json` in the folder; in memory where users have folders. */
  readonly store?: FlowStore
}

/** The effects. */
export interface ConnectorEffects {
  readonly process: Pick<NodeJS.Process, 'arch' | 'env' | 'kill' | 'platform'>
  readonly userHome: string
  readonly fetch: FetchFunction
  readonly now: Clock
  readonly delay: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  readonly log: Log
  /** Reads the card of this package. */
  readonly readCardScript: () => Promise<string>
}

/** A connector. */
export interface Connector extends Operations {
  /** Answers requests below the base path. Never rejects. */
  readonly handler: RequestHandler
  /** What opens the connector; nothing is opened by it where `authenticate` says who asks. */
  readonly key: string
  /** What orchestrators are told of codex. */
  capabilities(): Promise<ProviderCapabilities>
}

const BASE = '.codex-account-orchestrator'

/**
 * Creates a connector. Nothing is read and nobody is asked yet.
 *
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to, or the key is none.
 */
export function createConnectorWith(
  settings: ConnectorSettings,
  effects: ConnectorEffects,
): Connector {
  const {basePath = '/ops', envFile, key = createConnectorKey()} = settings
  const {log, now, process, userHome} = effects
  const {server} = readEndpoints(process.env)
  const location = toLocation(settings, userHome)
  const {folder} = location
  const places = createPlaces(location, effects)
  const store = settings.store ?? createStore(folder, now)
  const tokenRequest = {server, ...effects}
  const operations = createOperations({
    book: createFlowBook({store, now, log, isAlive: (id) => isAlive(id, process)}),
    driver: createDriver(settings, tokenRequest, process),
    place: (user) => places.get(user),
    vault: settings.vault,
    revoke: (tokens) => revokeTokens(tokens, tokenRequest),
    close: () => places.close(),
  })
  const isEnabled = () => isAccountModeEnabled({env: process.env, envFile})
  const handler = createHandler({
    language: 'en',
    allowedOrigins: [],
    cardScript: effects.readCardScript,
    rateLimit: createStartLimit(now),
    ...settings,
    ...effects,
    authenticate: settings.authenticate ?? createKeyCheck(key),
    operations,
    isAccountModeEnabled: isEnabled,
    basePath: toBasePath(basePath),
  })
  return {...operations, handler, key, capabilities: async () => toCapabilities(await isEnabled())}
}

/** With a slash in front, and none at its end. */
function toBasePath(text: string): string {
  const names = text.split('/').filter((name) => name !== '')
  return names.map((name) => `/${name}`).join('')
}

type TokenRequest = Parameters<typeof createDeviceCodeDriver>[0]

function createDriver(
  {codex = 'codex', codexWays, login = 'device'}: ConnectorSettings,
  request: TokenRequest,
  {env, platform}: ConnectorEffects['process'],
): LoginDriver {
  if (login === 'simulated') return createSimulatedDriver(request)
  if (login === 'device') return createDeviceCodeDriver(request)
  const {delay, now, server} = request
  const ways = codexWays ? {ways: codexWays} : {}
  return createCodexCliDriver({codex, ...ways, env, platform, issuer: server.issuer, delay, now})
}

type Folder = string | ((user: ConnectorUser) => string)

interface Location {
  readonly kind: PlaceLocation['kind']
  readonly folder: Folder
}

function toLocation({codexHome, folder}: ConnectorSettings, userHome: string): Location {
  return codexHome === undefined
    ? {kind: 'directories', folder: folder ?? path.join(userHome, BASE)}
    : {kind: 'codex-home', folder: codexHome}
}

/** More users at once than one process has; each place watches its folder. */
const MAX_PLACES = 500

/** One place for each folder: there must be one list of refreshes under way for each. */
function createPlaces({folder, kind}: Location, effects: ConnectorEffects) {
  const places = new Map<string, AccountPlace>()
  return {
    get(user: ConnectorUser): AccountPlace {
      const named = path.resolve(typeof folder === 'string' ? folder : folder(user))
      const place =
        places.get(named) ?? createAccountPlace({location: {kind, folder: named}, ...effects})
      // Whoever has asked last stands last.
      places.delete(named)
      places.set(named, place)
      const [oldest] = places.keys()
      if (places.size > MAX_PLACES && oldest !== undefined) {
        // It only ends its watch: a login that goes on there is still stored.
        places.get(oldest)?.close()
        places.delete(oldest)
      }
      return place
    },
    close() {
      for (const place of places.values()) place.close()
      places.clear()
    },
  }
}

function createStore(folder: Folder, now: Clock): FlowStore {
  return typeof folder === 'string'
    ? createFileFlowStore({file: path.join(folder, 'connector-flows.json'), now})
    : createMemoryFlowStore()
}

function isAlive(id: number, {kill}: Pick<NodeJS.Process, 'kill'>): boolean {
  try {
    kill(id, 0)
    return true
  } catch (error) {
    // A process of another user cannot be asked, and is there.
    return hasErrorCode(error, 'EPERM')
  }
}
