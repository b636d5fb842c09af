/**
 * The plugin's entry: the host calls {@link activate} once, and again after each hot reload.
 *
 * @module
 */
import {AccessTokens} from './accounts/access-token.ts'
import type {AccountStore} from './accounts/account.ts'
import {toErrorName, type BackendRefusal} from './errors.ts'
import type {AlmaContext} from './hosts/alma/alma-api.ts'
import {createAlmaSettings} from './hosts/alma/alma-settings.ts'
import {withMigration} from './hosts/alma/migrated-account-store.ts'
import {createModelCache} from './hosts/alma/model-cache.ts'
import {createProvider} from './hosts/alma/provider.ts'
import {createSecretAccountStore} from './hosts/alma/secret-account-store.ts'
import {createSignIn} from './hosts/alma/sign-in.ts'
import {createUsageCache} from './hosts/alma/usage-cache.ts'
import {withAccountWatch} from './hosts/alma/watched-account-store.ts'
import {delay} from './http/delay.ts'
import {parseEndpoint} from './http/endpoint.ts'
import {toUserAgent} from './models/codex-client.ts'
import {explainRefusedModel} from './models/explain-model.ts'
import {LiveModels} from './models/live-models.ts'
import {CODEX_CLIENT_ID, DEFAULT_ISSUER} from './oauth/authorization-server.ts'
import {DEFAULT_BACKEND_URL} from './responses/backend.ts'
import {createItemMemory} from './responses/item-memory.ts'

/**
 * Registers the provider and the commands.
 *
 * @returns What takes them back.
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export async function activate(context: AlmaContext): Promise<{dispose(): void}> {
  const {commands, logger: log, providers, settings, storage, ui} = context
  const {CODEX_AUTH_ISSUER_URL, CODEX_BACKEND_URL} = process.env
  const issuer = parseEndpoint('CODEX_AUTH_ISSUER_URL', CODEX_AUTH_ISSUER_URL, DEFAULT_ISSUER)
  const url = parseEndpoint('CODEX_BACKEND_URL', CODEX_BACKEND_URL, DEFAULT_BACKEND_URL)

  const tokenRequest = {
    server: {issuer: new URL(issuer), clientId: CODEX_CLIENT_ID},
    fetch: globalThis.fetch,
    now: Date.now,
  }
  const almaSettings = createAlmaSettings({settings, log})
  const storedAccounts = createStore(context)
  const server = {
    url,
    accessTokens: new AccessTokens(storedAccounts, tokenRequest),
    fetch: globalThis.fetch,
    now: Date.now,
    log,
    userAgent: toUserAgent(process),
  }
  const cache = createModelCache(storage.local)
  const liveModels = new LiveModels({...server, store: storedAccounts, cache})
  // The host asks for the models before anything else, and the last list is quick to read.
  void liveModels.load()
  const store = withAccountWatch(storedAccounts, () => liveModels.accountsChanged())
  const backend = {
    ...server,
    store,
    items: createItemMemory(),
    delay,
    random: Math.random,
    preferences: almaSettings.preferences,
    catalogue: () => liveModels.catalogue,
    explainModel: (model: string, {message}: BackendRefusal) =>
      explainRefusedModel(model, liveModels.catalogue, message),
    onModelsEtag: (etag: string) => liveModels.noticeEtag(etag),
  }
  const signIn = createSignIn({ui, store, log, tokenRequest})
  const usageCache = createUsageCache(storage.local)
  const {modelChoice} = almaSettings
  const provider = createProvider({backend, signIn, usageCache, liveModels, modelChoice})

  const registrations = [
    providers.register(provider),
    commands.register('login', () => signIn.login()),
    commands.register('logout', () => signIn.logout()),
    commands.register('status', () => signIn.showStatus()),
  ]
  return {
    dispose() {
      liveModels.stop()
      for (const registration of registrations) registration.dispose()
    },
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
