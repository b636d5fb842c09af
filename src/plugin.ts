/**
 * The plugin's entry: the host calls {@link activate} once, and again after each hot reload.
 *
 * @module
 */
import {homedir} from 'node:os'
import {AccessTokens} from './accounts/access-token.ts'
import {createAccountPool, type AccountSwitch} from './accounts/account-pool.ts'
import type {AccountStore} from './accounts/account.ts'
import {toErrorName, type BackendRefusal} from './errors.ts'
import type {AlmaContext} from './hosts/alma/alma-api.ts'
import {toAlmaModels} from './hosts/alma/alma-models.ts'
import {createAlmaSettings} from './hosts/alma/alma-settings.ts'
import {withMigration} from './hosts/alma/migrated-account-store.ts'
import {createModelCache} from './hosts/alma/model-cache.ts'
import {createProvider} from './hosts/alma/provider.ts'
import {createRequestHandler} from './hosts/alma/request-handler.ts'
import {createSavedAccountLimits} from './hosts/alma/saved-account-limits.ts'
import {createSavedAccountPreferences} from './hosts/alma/saved-account-preferences.ts'
import {createSecretAccountStore} from './hosts/alma/secret-account-store.ts'
import {showAccountSwitch} from './hosts/alma/show-account-switch.ts'
import {createSignIn} from './hosts/alma/sign-in.ts'
import {createUsageTracking} from './hosts/alma/usage-tracking.ts'
import {delay} from './http/delay.ts'
import {parseEndpoint} from './http/endpoint.ts'
import {toUserAgent} from './models/codex-client.ts'
import {explainRefusedModel} from './models/explain-model.ts'
import {LiveModels} from './models/live-models.ts'
import {CODEX_CLIENT_ID, DEFAULT_ISSUER} from './oauth/authorization-server.ts'
import {DEFAULT_BACKEND_URL} from './responses/backend.ts'

/**
 * Registers the provider and the commands.
 *
 * @returns What takes them back.
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export async function activate(context: AlmaContext): Promise<{dispose(): void}> {
  const {commands, providers} = context
  const {liveModels, provider, requestHandler, signIn, unwatch, usage} = createParts(context)
  const registrations = [
    providers.register(provider),
    commands.register('login', () => signIn.login()),
    commands.register('logout', () => signIn.chooseLogout()),
    commands.register('status', () => signIn.showStatus()),
  ]
  return {
    dispose() {
      unwatch()
      liveModels.stop()
      void requestHandler.close()
      void usage.close()
      for (const registration of registrations) registration.dispose()
    },
  }
}

/** Makes the parts, and puts them together. */
function createParts(context: AlmaContext) {
  const {logger: log, settings, storage, ui} = context
  const store = createStore(context)
  const {tokenRequest, url} = readEndpoints(process.env)
  const {fetch, now} = tokenRequest
  const accessTokens = new AccessTokens(store, {
    ...tokenRequest,
    async findRotation(account) {
      const {findRotation} = await import('./accounts/find-rotation.ts')
      return findRotation(account, {userHome: homedir()})
    },
  })
  const server = {url, accessTokens, fetch, now, log, userAgent: toUserAgent(process)}

  const cache = createModelCache(storage.local)
  const liveModels = new LiveModels({...server, store, cache})
  const limits = createSavedAccountLimits({storage: storage.local, now, log})
  const preferences = createSavedAccountPreferences({storage: storage.local, log})
  const usage = createUsageTracking({backend: server, store, limits, storage: storage.local})
  const unwatch = store.watch(async () => {
    await Promise.all([liveModels.accountsChanged(), usage.accountsChanged()])
  })
  const onSwitch = (change: AccountSwitch) => showAccountSwitch(change, ui)

  const almaSettings = createAlmaSettings({settings, log})
  const usageOf = (accountId: string) => usage.book.get(accountId)
  const pooled = {store, limits, preferences, usage: usageOf, now, onSwitch}
  const backend = {
    ...server,
    pool: createAccountPool({...pooled, strategy: almaSettings.accountStrategy}),
    delay,
    random: Math.random,
    preferences: almaSettings.preferences,
    catalogue: () => liveModels.catalogue,
    explainModel: (model: string, {message}: BackendRefusal) =>
      explainRefusedModel(model, liveModels.catalogue, message),
    onModelsEtag: (etag: string) => liveModels.noticeEtag(etag),
    onUsage: usage.onUsage,
  }
  const listModels = () => toAlmaModels(liveModels.catalogue, almaSettings.modelChoice())
  const handlerOptions = {backend, limits, preferences, usage, storage: storage.local, listModels}
  const requestHandler = createRequestHandler(handlerOptions)
  const signIn = createSignIn({ui, store, limits, log, tokenRequest})
  const models = {liveModels, listModels}
  const accounts = {store, limits, usage, signIn}
  const provider = createProvider({backend, requestHandler, ...accounts, ...models})
  return {liveModels, provider, requestHandler, signIn, unwatch, usage}
}

/** Where to sign in, and where to ask. */
function readEndpoints({CODEX_AUTH_ISSUER_URL, CODEX_BACKEND_URL}: NodeJS.ProcessEnv) {
  const issuer = parseEndpoint('CODEX_AUTH_ISSUER_URL', CODEX_AUTH_ISSUER_URL, DEFAULT_ISSUER)
  const server = {issuer: new URL(issuer), clientId: CODEX_CLIENT_ID}
  return {
    tokenRequest: {server, fetch: globalThis.fetch, now: Date.now},
    url: parseEndpoint('CODEX_BACKEND_URL', CODEX_BACKEND_URL, DEFAULT_BACKEND_URL),
  }
}

/** The accounts in the host's storage, with those of the earlier plugin. */
function createStore({logger: log, storage: {secrets}}: AlmaContext): AccountStore {
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
