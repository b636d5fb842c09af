/**
 * The plugin's entry: the host calls {@link activate} once, and again after each hot reload.
 *
 * @module
 */
import {homedir} from 'node:os'
import path from 'node:path'
import {AccessTokens, type AccessTokensOptions} from './accounts/access-token.ts'
import {createAccountPool} from './accounts/account-pool.ts'
import type {AccountStore} from './accounts/account.ts'
import {createCombinedAccountStore} from './accounts/combined-account-store.ts'
import {toErrorName, type BackendRefusal} from './errors.ts'
import {registerAccountCommands} from './hosts/alma/account-commands.ts'
import {createAccountMemory, type AccountMemory} from './storage/account-memory.ts'
import type {AlmaContext} from './hosts/alma/alma-api.ts'
import {toAlmaModels} from './hosts/alma/alma-models.ts'
import {createCodexSettings, type CodexSettings} from './storage/codex-settings.ts'
import {withMigration} from './hosts/alma/migrated-account-store.ts'
import {createModelCache} from './storage/model-cache.ts'
import {inBackground} from './hosts/alma/in-background.ts'
import {createLoginNews} from './hosts/alma/login-news.ts'
import {createProvider} from './hosts/alma/provider.ts'
import {createRequestHandler} from './hosts/alma/request-handler.ts'
import {createSecretAccountStore} from './storage/secret-account-store.ts'
import {createSharedAccountStore} from './accounts/shared-account-store.ts'
import {showAccountSwitch} from './hosts/alma/show-account-switch.ts'
import {createSignIn} from './hosts/alma/sign-in.ts'
import {createStatusBar} from './hosts/alma/status-bar.ts'
import {createUsageTracking} from './accounts/usage-tracking.ts'
import {warnOfLimits} from './accounts/warn-of-limits.ts'
import {delay} from './http/delay.ts'
import type {Clock} from './http/fetch.ts'
import {toUserAgent} from './models/codex-client.ts'
import {explainRefusedModel} from './models/explain-model.ts'
import {LiveModels} from './models/live-models.ts'
import {readEndpoints} from './responses/read-endpoints.ts'

/**
 * Registers the provider and the commands.
 *
 * @returns What takes them back.
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export async function activate(context: AlmaContext): Promise<{dispose(): void}> {
  const {provider, actions, stop} = createParts(context)
  const registrations = [
    context.providers.register(provider),
    ...registerAccountCommands(context.commands, actions),
  ]
  return {
    dispose() {
      stop()
      for (const registration of registrations) registration.dispose()
    },
  }
}

/** Makes the parts, and puts them together. */
function createParts(context: AlmaContext) {
  const {logger: log, settings, storage} = context
  const codexSettings = createCodexSettings({settings, log})
  const accounts = createAccountParts(context, codexSettings)
  const {actions, liveModels, memory, server, store, usage} = accounts
  const backend = {
    ...server,
    pool: actions.pool,
    delay,
    random: Math.random,
    preferences: codexSettings.preferences,
    catalogue: () => liveModels.catalogue,
    explainModel: (model: string, {message}: BackendRefusal) =>
      explainRefusedModel(model, liveModels.catalogue, message),
    onModelsEtag: (etag: string) => liveModels.noticeEtag(etag),
    onUsage: usage.onUsage,
  }
  const listModels = () => toAlmaModels(liveModels.catalogue, codexSettings.modelChoice())
  const handlerOptions = {backend, memory, storage: storage.local, listModels}
  const requestHandler = createRequestHandler(handlerOptions)
  const {signIn} = actions
  const models = {liveModels, listModels}
  const provider = createProvider({
    backend,
    requestHandler,
    store,
    memory,
    usage,
    signIn,
    ...models,
  })
  const stop = () => {
    accounts.stop()
    void requestHandler.close()
  }
  return {provider, actions, stop}
}

/** The parts that know the accounts, and tell each other when something about them changes. */
function createAccountParts(
  context: AlmaContext,
  {accountStrategy, sharedAccounts, warningThresholds}: CodexSettings,
) {
  const {logger: log, storage, ui} = context
  const {server: issuer, url} = readEndpoints(process.env)
  const tokenRequest = {server: issuer, fetch: globalThis.fetch, now: Date.now}
  const {fetch, now} = tokenRequest
  const memory = createAccountMemory({storage: storage.local, now, log, warningThresholds})
  const {store, shared, unwatchSetting} = createStores(context, {sharedAccounts, memory, now})
  const accessTokens = new AccessTokens(store, {...tokenRequest, findRotation: findLoginRotation})
  const server = {url, accessTokens, fetch, now, log, userAgent: toUserAgent(process)}
  const liveModels = new LiveModels({...server, store, cache: createModelCache(storage.local)})
  const tell = (sentence: string) => ui.showNotification(sentence, {type: 'warning'})
  const onReading = (accountId: string) =>
    void inBackground(async () => warnOfLimits(accountId, {store, memory, tell}), log)
  const usage = createUsageTracking({backend: server, store, memory, onReading})
  const pool = createAccountPool({
    store,
    limits: memory.limits,
    preferences: memory.preferences,
    strategy: accountStrategy,
    usage: (accountId) => memory.usage.get(accountId),
    now,
    onSwitch(change) {
      void inBackground(() => showAccountSwitch(change, ui), log)
      void inBackground(async () => shared.noteRest(change.from, change), log)
    },
  })
  const signIn = createSignIn({ui, store, shared, memory, log, tokenRequest})
  const actions = {ui, store, memory, pool, signIn, shared, codexHome: findCodexHome(process.env)}
  const statusBar = createStatusBar({...actions, log, now})
  memory.watch(() => statusBar.update())
  const tellOfLogins = createLoginNews({store, ui, now})
  const unwatch = store.watch(async () => {
    statusBar.update()
    void inBackground(tellOfLogins, log)
    await Promise.all([liveModels.accountsChanged(), usage.accountsChanged()])
  })
  const stop = () => {
    unwatch()
    unwatchSetting()
    shared.close()
    statusBar.dispose()
    liveModels.stop()
    usage.stop()
    void memory.flush()
  }
  return {actions, liveModels, memory, server, stop, store, usage}
}

/** Loaded when a login was used up by somebody else. */
const findLoginRotation: NonNullable<AccessTokensOptions['findRotation']> = async (account) => {
  const {findRotation} = await import('./accounts/find-rotation.ts')
  return findRotation(account, {userHome: homedir()})
}

/** The official CLI's folder. */
function findCodexHome({CODEX_HOME}: NodeJS.ProcessEnv): string {
  return CODEX_HOME || path.join(homedir(), '.codex')
}

/** Our own accounts, and those that other programs use as well. */
function createStores(
  context: AlmaContext,
  {
    sharedAccounts,
    memory,
    now,
  }: Pick<CodexSettings, 'sharedAccounts'> & {readonly memory: AccountMemory; readonly now: Clock},
) {
  const {logger: log, settings} = context
  const shared = createSharedAccountStore({
    folder: sharedAccounts,
    links: () => memory.links.list(),
    load: () => memory.load(),
    emptyFolder: path.join(findCodexHome(process.env), 'no-accounts'),
    now,
    log,
  })
  const setting = settings.onDidChange(({key}) => {
    if (key === 'openaiCodex.sharedAccounts') void shared.refresh()
  })
  const store = createCombinedAccountStore(createOwnStore(context), shared)
  return {store, shared, unwatchSetting: () => setting.dispose()}
}

/** The accounts in the host's storage, with those of the earlier plugin. */
function createOwnStore({logger: log, storage: {secrets}}: AlmaContext): AccountStore {
  const store = createSecretAccountStore(secrets, {log})
  return withMigration(store, async () => {
    try {
      const {migrateSecrets} = await import('./hosts/alma/migrate-secrets.ts')
      await migrateSecrets(secrets, store, log)
    } catch (error) {
      log.warn('Logins of the earlier version are taken over at the next start', {
        name: toErrorName(error),
      })
    }
  })
}
