/**
 * The parts that know the accounts, put together as every editor needs them.
 *
 * @module
 */
import {homedir} from 'node:os'
import {AccessTokens} from '../accounts/tokens/access-token.ts'
import {
  createAccountPool,
  type AccountPool,
  type AccountSwitch,
} from '../accounts/choice/account-pool.ts'
import type {Account, AccountStore} from '../accounts/account.ts'
import {createCombinedAccountStore} from '../accounts/shared/combined-account-store.ts'
import type {Rotation} from '../accounts/tokens/refresh-account.ts'
import {
  createSharedAccountStore,
  type SharedAccountStore,
  type SharedAccountStoreOptions,
} from '../accounts/shared/shared-account-store.ts'
import {createUsageTracking, type UsageTracking} from '../accounts/usage/usage-tracking.ts'
import {warnOfLimits, type ClaimWarnings} from '../accounts/usage/warn-of-limits.ts'
import {StorageError, type BackendRefusal, type CodexError} from '../errors.ts'
import {delay} from '../base/delay.ts'
import type {TokenRequestOptions} from '../oauth/token-request.ts'
import {readCodexClient} from '../codex/codex-client.ts'
import {explainRefusedModel} from '../models/explain-model.ts'
import {LiveModels} from '../models/live-models.ts'
import type {Backend} from '../responses/backend.ts'
import {createTurnStates} from '../responses/turn-states.ts'
import {readEndpoints} from '../codex/endpoints.ts'
import {createAccountMemory, type AccountMemory} from '../storage/account-memory.ts'
import {
  createCodexSettings,
  type CodexSettings,
  type CodexSettingsOptions,
} from '../settings/codex-settings.ts'
import {createInstallationSalt} from '../storage/installation-salt.ts'
import type {KeyValueStorage} from '../storage/key-value-storage.ts'
import {createModelCache} from '../storage/model-cache.ts'
import {inBackground} from '../base/in-background.ts'

/** What an editor gives. */
export interface AccountPartsOptions
  extends
    CodexSettingsOptions,
    Pick<TokenRequestOptions, 'fetch' | 'now'>,
    Pick<SharedAccountStoreOptions, 'emptyFolder'> {
  /** The process that all of it runs in. */
  readonly process: Pick<NodeJS.Process, 'arch' | 'env' | 'platform'>
  /** The editor's plain storage. */
  readonly storage: KeyValueStorage
  /** Logins that are ours alone. */
  readonly own: AccountStore
  /** Shows that little is left of a limit. */
  readonly tell: (sentence: string) => void
  /** Asked before that, where other processes may show it too. */
  readonly claim?: ClaimWarnings
  /** Shows that another account goes on. */
  readonly showSwitch: (change: AccountSwitch) => void
}

/** The parts. */
export interface AccountParts {
  readonly settings: CodexSettings
  readonly memory: AccountMemory
  /** All accounts, those that are ours alone first. */
  readonly store: AccountStore
  /** Those that other programs use as well; empty without the setting. */
  readonly shared: SharedAccountStore
  readonly liveModels: LiveModels
  readonly usage: UsageTracking
  readonly pool: AccountPool
  /** What a request needs, without what is loaded for the first one. */
  readonly backend: Omit<Backend, 'items'>
  readonly tokenRequest: TokenRequestOptions
  /**
   * Ends what is under way, and saves what is known. Never rejects.
   *
   * @returns Once each refresh that was begun has been saved, or has failed, and what is known is saved.
   */
  stop(): Promise<void>
}

/**
 * Creates the parts. Nothing is read and nobody is asked yet.
 *
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export function createAccountParts(options: AccountPartsOptions): AccountParts {
  const {claim, emptyFolder, fetch, log, now, own, process, showSwitch, storage, tell} = options
  const {server, url} = readEndpoints(process.env)
  const tokenRequest = {server, fetch, now}
  const settings = createCodexSettings(options)
  const {accountStrategy, sharedAccounts, warningThresholds} = settings
  const memory = createAccountMemory({storage, now, log, warningThresholds})
  const shared = createSharedAccountStore({
    folder: sharedAccounts,
    memory,
    emptyFolder,
    now,
    log,
  })
  const store = createCombinedAccountStore(own, shared)
  const accessTokens = new AccessTokens(store, {
    ...tokenRequest,
    findRotation: findLoginRotation,
    onFailure: createFailureTeller(options),
  })
  const client = {url, accessTokens, fetch, now, log, ...readCodexClient(process)}
  const liveModels = new LiveModels({...client, store, cache: createModelCache(storage)})
  const warn = (accountId: string) => warnOfLimits(accountId, {store, memory, tell, claim})
  const onReading = (accountId: string) =>
    void inBackground(() => warn(accountId), log, 'A warning could not be shown')
  const usage = createUsageTracking({backend: client, store, memory, onReading})
  const pool = createAccountPool({
    store,
    rests: memory.rests,
    preferences: memory.preferences,
    strategy: accountStrategy,
    usage: (accountId) => memory.usage.get(accountId),
    now,
    onResting: usage.onResting,
    onSwitch: (change) => void inBackground(() => showSwitch(change), log),
  })
  return {
    settings,
    memory,
    store,
    shared,
    liveModels,
    usage,
    pool,
    tokenRequest,
    backend: {
      ...client,
      pool,
      salt: createInstallationSalt({storage, log}),
      ...createBackendParts({settings, liveModels, usage}),
    },
    async stop() {
      shared.close()
      liveModels.stop()
      usage.stop()
      await Promise.allSettled([accessTokens.settle(), memory.flush()])
    },
  }
}

/** What a request wants to know, and what it tells. */
function createBackendParts({
  settings,
  liveModels,
  usage,
}: Pick<AccountParts, 'liveModels' | 'settings' | 'usage'>) {
  return {
    turnStates: createTurnStates(),
    delay,
    random: Math.random,
    preferences: settings.preferences,
    catalogue: () => liveModels.catalogue,
    explainModel: (model: string, {message}: BackendRefusal) =>
      explainRefusedModel(model, liveModels.catalogue, message),
    onModelsEtag: (etag: string) => liveModels.noticeEtag(etag),
    onUsage: usage.onUsage,
  }
}

/** Tells once of each reason why a login that still works could not be renewed, as far as the person can help. */
function createFailureTeller({log, tell}: AccountPartsOptions) {
  const told = new Set<string>()
  return (error: CodexError) => {
    log.warn('A login could not be renewed, and still works for a while', {name: error.code})
    if (!(error instanceof StorageError) || told.has(error.message)) return
    told.add(error.message)
    tell(error.message)
  }
}

/** Loaded when a login was used up by somebody else. */
async function findLoginRotation(account: Account): Promise<Rotation | undefined> {
  const {findRotation} = await import('../accounts/shared/find-rotation.ts')
  return findRotation(account, {userHome: homedir()})
}
