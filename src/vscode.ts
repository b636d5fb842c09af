/**
 * The entry of the extension: the editor calls {@link activate} once it has started.
 *
 * @module
 */
import {homedir} from 'node:os'
import path from 'node:path'
import * as vscode from 'vscode'
import {AccessTokens, type AccessTokensOptions} from './accounts/access-token.ts'
import {createAccountPool} from './accounts/account-pool.ts'
import {toErrorName, type BackendRefusal} from './errors.ts'
import {watchFolders} from './files/watch-folders.ts'
import {createAccountMemory} from './storage/account-memory.ts'
import {createCodexSettings} from './storage/codex-settings.ts'
import {createModelCache} from './storage/model-cache.ts'
import {createUsageTracking} from './accounts/usage-tracking.ts'
import {listAccounts} from './hosts/vscode/account-list.ts'
import {createAccountStores} from './hosts/vscode/account-stores.ts'
import {createAccountSessions} from './hosts/vscode/account-sessions.ts'
import {createChatProvider} from './hosts/vscode/chat-provider.ts'
import {findPortReach, LOGIN_LADDERS, type LoginMethod} from './hosts/vscode/login-ladder.ts'
import {createMementoStorage} from './hosts/vscode/memento-storage.ts'
import {COMMANDS, SCOPE, URI_PATH, VENDOR, VENDOR_NAME} from './hosts/vscode/names.ts'
import {createOutputLog} from './hosts/vscode/output-log.ts'
import {createRedirectReceiver, type RedirectReceiver} from './hosts/vscode/redirect-receiver.ts'
import {createSealedSecrets} from './hosts/vscode/sealed-secrets.ts'
import {showSwitch, showWarnings} from './hosts/vscode/show-limits.ts'
import {createSignIn, type SignIn} from './hosts/vscode/sign-in.ts'
import {createStatusBar} from './hosts/vscode/status-bar.ts'
import {delay} from './http/delay.ts'
import type {Log} from './http/log.ts'
import {toUserAgent} from './models/codex-client.ts'
import {explainRefusedModel} from './models/explain-model.ts'
import {LiveModels} from './models/live-models.ts'
import {REDIRECT_PORTS} from './oauth/authorization-server.ts'
import type {Backend} from './responses/backend.ts'
import {readEndpoints} from './responses/read-endpoints.ts'

/** The file with the accounts, in the extension's own folder. */
const ACCOUNTS_FILE = 'accounts.sealed'

/**
 * Registers the models, the accounts and the commands. It uses no network before somebody logs in.
 *
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const channel = vscode.window.createOutputChannel(VENDOR_NAME, {log: true})
  const log = createOutputLog(channel)
  const accounts = createAccountParts(context, log)
  const redirects = createRedirectReceiver()
  const signIn = createSignIn({
    ...accounts,
    api: vscode,
    log,
    redirects,
    ladder: () => findLadder(context),
    prefer(accountId) {
      accounts.memory.preferences.prefer(accountId)
      accounts.pool.forgetConversations()
    },
  })
  context.subscriptions.push(
    channel,
    ...registerModels(accounts, signIn, log),
    ...registerLogins(redirects),
    ...registerCommands(accounts, {signIn, channel}),
  )
  await watchOtherWindows(context, accounts, log)
}

type AccountParts = ReturnType<typeof createAccountParts>

/** The parts that know the accounts, and what they can be asked. */
function createAccountParts(context: vscode.ExtensionContext, log: Log) {
  const storage = createMementoStorage(context.globalState)
  const {server: issuer, url} = readEndpoints(process.env)
  const tokenRequest = {server: issuer, fetch: globalThis.fetch, now: Date.now}
  const {fetch, now} = tokenRequest
  const folder = context.globalStorageUri.fsPath
  const secrets = createSealedSecrets({
    file: path.join(folder, ACCOUNTS_FILE),
    keys: context.secrets,
    log,
    openedAtMs: now() - process.uptime() * 1000,
  })
  const settings = createCodexSettings({settings: {get: readSetting}, log})
  const {sharedAccounts, warningThresholds} = settings
  const memory = createAccountMemory({storage, now, log, warningThresholds})
  const stores = createAccountStores({secrets, folder, sharedAccounts, memory, now, log})
  const {store, shared} = stores
  const accessTokens = new AccessTokens(store, {...tokenRequest, findRotation: findLoginRotation})
  const server = {url, accessTokens, fetch, now, log, userAgent: toUserAgent(process)}
  const onReading = (accountId: string) =>
    void showWarnings(accountId, {api: vscode, store, memory, log})
  const tracking = createUsageTracking({backend: server, store, memory, onReading})
  const pool = createAccountPool({
    store,
    limits: memory.limits,
    preferences: memory.preferences,
    strategy: settings.accountStrategy,
    usage: (accountId) => memory.usage.get(accountId),
    now,
    onSwitch(change) {
      showSwitch(change, vscode)
      void shared.noteRest(change.from, change)
    },
  })
  const liveModels = new LiveModels({...server, store, cache: createModelCache(storage)})
  const parts = {liveModels, memory, pool, secrets, server, settings, tokenRequest, tracking}
  return {folder, ...stores, ...parts}
}

/** Registers the models and the accounts, and what shows them. */
function registerModels(parts: AccountParts, signIn: SignIn, log: Log): vscode.Disposable[] {
  const {liveModels, memory, shared, store, tracking} = parts
  const changed = new vscode.EventEmitter<void>()
  const sessions = createAccountSessions({api: vscode, store, signIn})
  const statusBar = createStatusBar(vscode)
  const showAccounts = async () => statusBar.show(await listAccounts({store, memory}))
  const attempt = async (task: () => Promise<void>) => {
    try {
      await task()
    } catch (error) {
      log.warn('A change of accounts could not be shown', {name: toErrorName(error)})
    }
  }
  memory.watch(() => void attempt(showAccounts))
  const accountsChanged = async () => {
    await liveModels.accountsChanged()
    changed.fire()
    await sessions.refresh()
    await showAccounts()
    await offerLogIn(parts)
    await tracking.accountsChanged()
  }
  const unwatch = store.watch(() => attempt(accountsChanged))
  void attempt(showAccounts)
  const provider = createChatProvider({
    ...parts,
    api: vscode,
    log,
    changed,
    backend: createBackend(parts),
    pickerOptions: readPickerOptions,
    logIn: () => signIn.logIn(),
  })
  return [
    changed,
    statusBar,
    sessions,
    {dispose: unwatch},
    {dispose: () => liveModels.stop()},
    {dispose: () => tracking.stop()},
    {dispose: () => shared.close()},
    {dispose: () => void memory.flush()},
    vscode.lm.registerLanguageModelChatProvider(VENDOR, provider),
    vscode.authentication.registerAuthenticationProvider(VENDOR, VENDOR_NAME, sessions, {
      supportsMultipleAccounts: true,
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('openaiCodex.sharedAccounts')) {
        void attempt(() => shared.refresh())
      } else if (event.affectsConfiguration('openaiCodex')) changed.fire()
    }),
  ]
}

/** Takes the addresses that the editor hands over. */
function registerLogins(redirects: RedirectReceiver): vscode.Disposable[] {
  return [
    vscode.window.registerUriHandler({
      handleUri({path: uriPath, query}) {
        if (uriPath === URI_PATH && redirects.offer(query)) return
        void vscode.window.showWarningMessage(
          'No login waits for this address. Run “Codex: Log In” and use the newest page.',
        )
      },
    }),
  ]
}

function registerCommands(
  {memory, store, tracking}: AccountParts,
  {signIn, channel}: {readonly signIn: SignIn; readonly channel: vscode.LogOutputChannel},
): vscode.Disposable[] {
  const refreshUsage = () => tracking.refresh.all()
  const manageOptions = {api: vscode, store, memory, refreshUsage}
  const actions: Record<keyof typeof COMMANDS, () => unknown> = {
    logIn: () => signIn.logIn(),
    logInAnotherWay: () => signIn.logInAnotherWay(),
    logOut: () => signIn.logOut(),
    switchAccount: () => signIn.switchAccount(),
    showStatus: async () => {
      const {showStatus} = await import('./hosts/vscode/manage.ts')
      await showStatus(manageOptions)
    },
    manage: async () => {
      const {showMenu} = await import('./hosts/vscode/manage.ts')
      await showMenu(manageOptions)
    },
    showLog: () => channel.show(),
  }
  return Object.entries(COMMANDS).map(([name, command]) => {
    const action = Object.entries(actions).find(([other]) => other === name)?.[1]
    return vscode.commands.registerCommand(command, () => action?.())
  })
}

/** Takes notice of logins and logouts in other windows, at once or when this one is looked at. */
async function watchOtherWindows(
  {subscriptions}: vscode.ExtensionContext,
  parts: AccountParts,
  log: Log,
): Promise<void> {
  const {folder, own, secrets} = parts
  const attempt = async (task: () => Promise<void>) => {
    try {
      await task()
    } catch (error) {
      log.warn('Logins of other windows may not be seen', {name: toErrorName(error)})
    }
  }
  await attempt(() => secrets.prepare())
  const watch = watchFolders([ACCOUNTS_FILE], () => void attempt(() => own.refresh()))
  watch.follow([folder])
  subscriptions.push(
    {dispose: () => watch.close()},
    vscode.window.onDidChangeWindowState(({focused}) => {
      if (focused) void attempt(() => own.refresh())
    }),
  )
  await attempt(() => offerLogIn(parts))
}

/** Puts "Sign in" into the Accounts menu as long as nobody is, and nothing else on the screen. */
async function offerLogIn({store}: AccountParts): Promise<void> {
  if ((await store.list()).length > 0) return
  const session = vscode.authentication.getSession(VENDOR, [SCOPE], {createIfNone: false})
  void Promise.resolve(session).catch(() => {})
}

function readPickerOptions() {
  const settings = vscode.workspace.getConfiguration('openaiCodex')
  return {
    models: settings.get('models') === 'all' ? ('all' as const) : ('live' as const),
    efforts: settings.get('efforts') === 'entries' ? ('entries' as const) : ('menu' as const),
  }
}

function readSetting(key: string): unknown {
  return vscode.workspace.getConfiguration().get(key)
}

/** Made when it is needed: an editor starts far more often than somebody asks. */
function createBackend({
  liveModels,
  memory,
  pool,
  server,
  settings,
  tracking,
}: AccountParts): () => Promise<Backend> {
  let loading: Promise<Backend> | undefined
  const load = async () => {
    const {createItemMemory} = await import('./responses/request/item-memory.ts')
    await memory.load()
    return {
      ...server,
      pool,
      items: createItemMemory(),
      delay,
      random: Math.random,
      preferences: settings.preferences,
      catalogue: () => liveModels.catalogue,
      explainModel: (model: string, {message}: BackendRefusal) =>
        explainRefusedModel(model, liveModels.catalogue, message),
      onModelsEtag: (etag: string) => liveModels.noticeEtag(etag),
      onUsage: tracking.onUsage,
    }
  }
  return () => (loading ??= load())
}

/** Loaded when a login was used up by somebody else. */
const findLoginRotation: NonNullable<AccessTokensOptions['findRotation']> = async (account) => {
  const {findRotation} = await import('./accounts/find-rotation.ts')
  return findRotation(account, {userHome: homedir()})
}

async function findLadder({extension}: vscode.ExtensionContext): Promise<readonly LoginMethod[]> {
  const wanted = vscode.workspace.getConfiguration('openaiCodex').get('loginMethod')
  const {env, ExtensionKind, UIKind, Uri} = vscode
  const reach = await findPortReach(
    {
      isWeb: env.uiKind === UIKind.Web,
      isLocal: env.remoteName === undefined || extension.extensionKind === ExtensionKind.UI,
      ownAddress: `${env.uriScheme}://${extension.id}${URI_PATH}`,
      toExternal: async (address) =>
        new URL((await env.asExternalUri(Uri.parse(address, true))).toString(true)),
    },
    REDIRECT_PORTS[0],
  )
  const ladder = LOGIN_LADDERS[reach]
  const first = (['browser', 'code', 'paste'] as const).find((method) => method === wanted)
  return first ? [first, ...ladder.filter((method) => method !== first)] : ladder
}
