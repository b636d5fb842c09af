/**
 * The plugin's entry: the host calls {@link activate} once, and again after each hot reload.
 *
 * @module
 */
import {homedir} from 'node:os'
import path from 'node:path'
import {pathToFileURL} from 'node:url'
import type {AccountStore} from './accounts/account.ts'
import {toErrorName} from './errors.ts'
import {createEngine, type Engine} from './engine/create-engine.ts'
import {createRequestFunction} from './engine/create-request-function.ts'
import {registerAccountCommands} from './hosts/alma/accounts/account-commands.ts'
import type {AlmaContext} from './hosts/alma/alma-api.ts'
import {toAlmaModels} from './hosts/alma/provider/alma-models.ts'
import {createLoginNews} from './hosts/alma/login/login-news.ts'
import {withMigration} from './hosts/alma/migration/migrated-account-store.ts'
import {createProvider} from './hosts/alma/provider/provider.ts'
import {createItemStorage} from './hosts/alma/provider/item-storage.ts'
import {explainError} from './hosts/alma/explain-error.ts'
import {showAccountSwitch} from './hosts/alma/accounts/show-account-switch.ts'
import {createLoginActions} from './hosts/alma/login/login-actions.ts'
import {createStatusBar} from './hosts/alma/accounts/status-bar.ts'
import type * as SocketPart from './responses/transport/websocket/socket-part.ts'
import type {SocketWayOptions} from './responses/transport/websocket/socket-part.ts'
import {inBackground} from './base/in-background.ts'
import {createSecretAccountStore} from './storage/secret-account-store.ts'

/**
 * Registers the provider and the commands.
 *
 * @returns What takes them back.
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export async function activate(context: AlmaContext): Promise<{dispose(): void}> {
  const {commands, logger: log, providers, settings, storage, ui} = context
  const codexHome = process.env['CODEX_HOME'] || path.join(homedir(), '.codex')
  const engine = createEngine({
    process,
    fetch: globalThis.fetch,
    now: Date.now,
    log,
    settings,
    storage: storage.local,
    itemStorage: createItemStorage(storage.local),
    own: createOwnStore(context),
    emptyFolder: path.join(codexHome, 'no-accounts'),
    loadSocketWay: (options) => loadSocketWay(context, options),
    tell: (sentence) => ui.showNotification(sentence, {type: 'warning'}),
    showSwitch: (change) => showAccountSwitch(change, ui),
  })
  const {liveModels, settings: codexSettings, shared} = engine
  const loginActions = createLoginActions({...engine, ui, log})
  const listModels = () => toAlmaModels(liveModels.catalogue, codexSettings.modelChoice())
  const requests = createRequestFunction(engine, {listModels, describe: explainError})
  const provider = createProvider({...engine, loginActions, requests, listModels})
  const registrations = [
    showAccounts(context, engine),
    settings.onDidChange(({key}) => {
      if (key === 'openaiCodex.sharedAccounts') void shared.update()
    }),
    {dispose: () => void engine.stop()},
    providers.register(provider),
    ...registerAccountCommands(commands, {...engine, ui, loginActions, codexHome}),
  ]
  return {
    dispose() {
      for (const registration of registrations) registration.dispose()
    },
  }
}

/** The host keeps a compiled copy of the plugin elsewhere, and hands over the folder that it came from. */
async function loadSocketWay({extensionPath}: AlmaContext, options: SocketWayOptions) {
  const {href} = pathToFileURL(path.join(extensionPath, 'dist/socket.js'))
  const part: unknown = await import(href)
  return isSocketPart(part) ? part.createSocketWay(options) : undefined
}

function isSocketPart(part: unknown): part is typeof SocketPart {
  return typeof part === 'object' && part !== null && 'createSocketWay' in part
}

/** Keeps what is shown of the accounts up to date. */
function showAccounts(
  {logger: log, ui}: AlmaContext,
  {backend, memory, pool, store, watchAccounts}: Engine,
): {dispose(): void} {
  const {now} = backend
  const statusBar = createStatusBar({ui, store, memory, pool, log, now})
  const tellOfLogins = createLoginNews({store, ui, now})
  memory.watch(() => statusBar.update())
  const unwatch = watchAccounts(() => {
    statusBar.update()
    void inBackground(tellOfLogins, log)
  })
  return {
    dispose() {
      unwatch()
      statusBar.dispose()
    },
  }
}

/** The accounts in the host's storage, with those of the earlier plugin. */
function createOwnStore({logger: log, storage: {secrets}}: AlmaContext): AccountStore {
  const store = createSecretAccountStore(secrets, {log})
  return withMigration(store, async () => {
    try {
      const {migrateSecrets} = await import('./hosts/alma/migration/migrate-secrets.ts')
      await migrateSecrets(secrets, store, log)
    } catch (error) {
      log.warn('Logins of the earlier version are taken over at the next start', {
        name: toErrorName(error),
      })
    }
  })
}
