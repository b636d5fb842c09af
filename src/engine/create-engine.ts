/**
 * The product without a face: settings, accounts, their limits and models, and the way to the backend, put
 * together alike for every host.
 *
 * @module
 */
import type {AccountStore} from '../accounts/account.ts'
import {
  createAccountPool,
  type AccountPool,
  type AccountPoolOptions,
  type AccountSwitch,
} from '../accounts/choice/account-pool.ts'
import {createCombinedAccountStore} from '../accounts/shared/combined-account-store.ts'
import {
  createSharedAccountStore,
  type SharedAccountStore,
  type SharedAccountStoreOptions,
} from '../accounts/shared/shared-account-store.ts'
import {createUsageTracking, type UsageTracking} from '../accounts/usage/usage-tracking.ts'
import {warnOfLimits, type ClaimWarnings} from '../accounts/usage/warn-of-limits.ts'
import {delay} from '../base/delay.ts'
import {inBackground} from '../base/in-background.ts'
import {StorageError, type CodexError} from '../errors.ts'
import {LiveModels} from '../models/live-models.ts'
import type {TokenRequestOptions} from '../oauth/token-request.ts'
import type {Backend} from '../responses/backend.ts'
import type {ItemStorage} from '../responses/request/memory/saved-item-memory.ts'
import type {SocketSend} from '../responses/transport/websocket/create-socket-send.ts'
import {createLateSocketSend} from '../responses/transport/websocket/late-socket-send.ts'
import type {SocketWayOptions} from '../responses/transport/websocket/socket-part.ts'
import {createTurnStates} from '../responses/turn-states.ts'
import {
  createCodexSettings,
  type CodexSettings,
  type CodexSettingsOptions,
} from '../settings/codex-settings.ts'
import {createAccountMemory, type AccountMemory} from '../storage/account-memory.ts'
import {createInstallationSalt} from '../storage/installation-salt.ts'
import type {KeyValueStorage} from '../storage/key-value-storage.ts'
import {createModelCache} from '../storage/model-cache.ts'
import {createBackendOpener} from './backend-opener.ts'
import {createCodexAccess, type CodexAccessOptions} from './codex-access.ts'
import {createAccountWatch, type AccountsListener} from './account-watch.ts'

/** What a host gives: where things are kept, the effects, and who is told. */
export interface EngineOptions
  extends
    CodexSettingsOptions,
    Pick<CodexAccessOptions, 'fetch' | 'now' | 'process' | 'rehearse' | 'underWay' | 'userHome'>,
    Pick<SharedAccountStoreOptions, 'emptyFolder'>,
    Pick<AccountPoolOptions, 'unknownRestMs'>,
    Partial<Pick<Backend, 'delay' | 'random' | 'retryPolicy' | 'send'>> {
  /** The host's plain storage. */
  readonly storage: KeyValueStorage
  /**
   * Loads the way to the backend by WebSockets, once the setting wants it; `undefined` where there is none. Default:
   * there is none.
   */
  readonly loadSocketWay?: (options: SocketWayOptions) => Promise<SocketSend | undefined>
  /** Logins that no other program uses. */
  readonly own: AccountStore
  /** Where items that conversations may refer to are kept over a restart. Default: nowhere. */
  readonly itemStorage?: ItemStorage
  /** Shows that little is left of a limit, or that a login cannot be saved. */
  readonly tell: (sentence: string) => void
  /** Asked before a warning, where other processes may show it too. Default: nobody else does. */
  readonly claim?: ClaimWarnings
  /** Shows that another account goes on. */
  readonly showSwitch: (change: AccountSwitch) => void
}

/** What a host shows, asks and changes. */
export interface Engine {
  readonly settings: CodexSettings
  /** What is known and wanted of the accounts. */
  readonly memory: AccountMemory
  /** All accounts, those that no other program uses first. */
  readonly store: AccountStore
  /** Those that other programs use as well; empty without the setting. */
  readonly shared: SharedAccountStore
  readonly liveModels: LiveModels
  readonly usage: UsageTracking
  readonly pool: AccountPool
  readonly tokenRequest: TokenRequestOptions
  /** Who this installation is, where an app logs in: `urn:uuid:…`, always the same. */
  readonly hostId: () => Promise<string>
  /** The way to the backend, without what is only loaded for the first request. */
  readonly backend: Omit<Backend, 'items'>
  /** The way to the backend, with everything that a request needs. The first call loads it. */
  readonly openBackend: () => Promise<Backend>
  /** Reloads models and usage in the background where what is known is too old. */
  readonly reload: () => Promise<void>
  /**
   * Tells `listener` of each login, logout and ended login, once the models are those of the account that is
   * first now. A failure of the listener is only logged.
   *
   * @returns Ends the watch.
   */
  readonly watchAccounts: (listener: AccountsListener) => () => void
  /**
   * Ends what is under way, and saves what is known. Never rejects.
   *
   * @returns Once each refresh that was begun has been saved, or has failed, and what is known is saved.
   */
  readonly stop: () => Promise<void>
}

/**
 * Creates an engine. Nothing is read and nobody is asked yet.
 *
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export function createEngine(options: EngineOptions): Engine {
  const {fetch, itemStorage, log, now, own, storage} = options
  const settings = createCodexSettings(options)
  const {sharedAccounts, warningThresholds} = settings
  const memory = createAccountMemory({
    storage,
    now,
    log,
    warningThresholds,
    unknownRestMs: options.unknownRestMs,
  })
  const shared = createSharedAccountStore({...options, folder: sharedAccounts, memory})
  const store = createCombinedAccountStore(own, shared)
  const onFailure = createFailureTeller(options)
  const {tokenRequest, ...access} = createCodexAccess({...options, store, onFailure})
  const client = {...access, fetch, now, log}
  const liveModels = new LiveModels({...client, store, cache: createModelCache(storage)})
  const onReading = createLimitTeller(options, {memory, store})
  const usage = createUsageTracking({backend: client, store, memory, onReading})
  const pool = createPool(options, {memory, settings, store, usage})
  const way = createWay(options, settings)
  const backend = {
    ...client,
    pool,
    salt: createInstallationSalt({storage, log}),
    ...createBackendParts(options, {settings, liveModels, usage}),
    send: way?.send ?? options.send,
  }
  const accounts = createAccountWatch({store, liveModels, usage, log})
  const opener = createBackendOpener({backend, liveModels, memory, itemStorage})
  return {
    settings,
    memory,
    store,
    shared,
    liveModels,
    usage,
    pool,
    tokenRequest,
    hostId: async () => {
      const {toHostId} = await import('../storage/installation-host-id.ts')
      return toHostId(await backend.salt())
    },
    backend,
    openBackend: () => opener.open(),
    reload: () => reloadStale({liveModels, memory, usage}),
    watchAccounts: (listener) => accounts.add(listener),
    async stop() {
      way?.close()
      accounts.close()
      shared.close()
      liveModels.stop()
      usage.stop()
      await Promise.allSettled([access.accessTokens.settle(), memory.flush(), opener.flush()])
    },
  }
}

async function reloadStale({
  liveModels,
  memory,
  usage,
}: Pick<Engine, 'liveModels' | 'memory' | 'usage'>): Promise<void> {
  void liveModels.reloadIfStale()
  await memory.load()
  void usage.reload.stale()
}

/** The way to the backend where a setting decides it; `undefined` where there is one way only. */
function createWay(
  {fetch, loadSocketWay, log, now, process: {env}, send = fetch}: EngineOptions,
  {webSocket}: CodexSettings,
): SocketSend | undefined {
  if (!loadSocketWay) return undefined
  const load = () => loadSocketWay({env, log, now, send})
  return createLateSocketSend({send, load, log, isWanted: () => webSocket() === 'auto'})
}

/** Chooses the account of each request. */
function createPool(
  {log, now, showSwitch, unknownRestMs}: EngineOptions,
  {memory, settings, store, usage}: Pick<Engine, 'memory' | 'settings' | 'store' | 'usage'>,
): AccountPool {
  return createAccountPool({
    store,
    rests: memory.rests,
    preferences: memory.preferences,
    strategy: settings.accountStrategy,
    usage: (accountId) => memory.usage.get(accountId),
    now,
    ...(unknownRestMs !== undefined && {unknownRestMs}),
    onResting: usage.onResting,
    onSwitch: (change) => void inBackground(() => showSwitch(change), log),
  })
}

/** What a request wants to know, and what it tells. */
function createBackendParts(
  options: Partial<Pick<Backend, 'delay' | 'random' | 'retryPolicy'>>,
  {settings, liveModels, usage}: Pick<Engine, 'liveModels' | 'settings' | 'usage'>,
) {
  return {
    turnStates: createTurnStates(),
    delay: options.delay ?? delay,
    random: options.random ?? Math.random,
    retryPolicy: options.retryPolicy,
    preferences: settings.preferences,
    catalogue: () => liveModels.catalogue,
    onModelsEtag: (etag: string) => liveModels.noticeEtag(etag),
    onUsage: usage.onUsage,
  }
}

/** Tells when little is left of a limit. */
function createLimitTeller(
  {claim, log, tell}: EngineOptions,
  {memory, store}: Pick<Engine, 'memory' | 'store'>,
): (accountId: string) => void {
  const warn = (accountId: string) => warnOfLimits(accountId, {store, memory, tell, claim})
  return (accountId) =>
    void inBackground(() => warn(accountId), log, 'A warning could not be shown')
}

/** Tells once of each reason why a login that still works could not be refreshed, as far as the user can help. */
function createFailureTeller({log, tell}: EngineOptions) {
  const told = new Set<string>()
  return (error: CodexError) => {
    log.warn('A login could not be refreshed, and still works for a while', {name: error.code})
    if (!(error instanceof StorageError) || told.has(error.message)) return
    told.add(error.message)
    tell(error.message)
  }
}
