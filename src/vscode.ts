/**
 * The entry of the extension: the editor calls {@link activate} when somebody asks for models, runs a
 * command or opens the Accounts menu.
 *
 * @module
 */
import path from 'node:path'
import * as vscode from 'vscode'
import {AccessTokens} from './accounts/access-token.ts'
import {createAccountPool, type AccountPool, type AccountSwitch} from './accounts/account-pool.ts'
import {REST_TEXTS} from './accounts/account-verdict.ts'
import {toAccountLabel} from './accounts/account.ts'
import {toErrorName, type BackendRefusal} from './errors.ts'
import {createAccountMemory, type AccountMemory} from './hosts/alma/account-memory.ts'
import {createAlmaSettings} from './hosts/alma/alma-settings.ts'
import {createModelCache} from './hosts/alma/model-cache.ts'
import {createSecretAccountStore} from './hosts/alma/secret-account-store.ts'
import {createUsageTracking} from './hosts/alma/usage-tracking.ts'
import {watchFolders} from './files/watch-folders.ts'
import {listAccounts} from './hosts/vscode/account-list.ts'
import {createAccountSessions} from './hosts/vscode/account-sessions.ts'
import {createChatProvider} from './hosts/vscode/chat-provider.ts'
import {
  findPortReach,
  LOGIN_LADDERS,
  type LoginMethod,
} from './hosts/vscode/login-ladder.ts'
import {createMementoStorage} from './hosts/vscode/memento-storage.ts'
import {COMMANDS, SCOPE, URI_PATH, VENDOR, VENDOR_NAME} from './hosts/vscode/names.ts'
import {createOutputLog} from './hosts/vscode/output-log.ts'
import {createRedirectReceiver} from './hosts/vscode/redirect-receiver.ts'
import {createSealedSecrets} from './hosts/vscode/sealed-secrets.ts'
import {createSignIn} from './hosts/vscode/sign-in.ts'
import {createStatusBar} from './hosts/vscode/status-bar.ts'
import {createWindowAccountStore} from './hosts/vscode/window-account-store.ts'
import {delay} from './http/delay.ts'
import {parseEndpoint} from './http/endpoint.ts'
import type {Log} from './http/log.ts'
import {toLocalTime} from './http/local-time.ts'
import {toUserAgent} from './models/codex-client.ts'
import {explainRefusedModel} from './models/explain-model.ts'
import {LiveModels} from './models/live-models.ts'
import {CODEX_CLIENT_ID, DEFAULT_ISSUER, REDIRECT_PORTS} from './oauth/authorization-server.ts'
import {DEFAULT_BACKEND_URL, type Backend} from './responses/backend.ts'

/** Registers the models, the accounts and the commands. It uses no network before somebody logs in. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const channel = vscode.window.createOutputChannel(VENDOR_NAME, {log: true})
  const log = createOutputLog(channel)
  const parts = createParts(context, log)
  const {manageOptions, sessions, signIn, provider, redirects} = parts
  const {registerCommand} = vscode.commands
  const loadManage = () => import('./hosts/vscode/manage.ts')
  context.subscriptions.push(
    channel,
    ...parts.disposables,
    vscode.lm.registerLanguageModelChatProvider(VENDOR, provider),
    vscode.authentication.registerAuthenticationProvider(VENDOR, VENDOR_NAME, sessions, {
      supportsMultipleAccounts: true,
    }),
    vscode.window.registerUriHandler({
      handleUri({path: uriPath, query}) {
        if (uriPath === URI_PATH && redirects.offer(query)) return
        void vscode.window.showWarningMessage('No login waits for this address. Start again here.')
      },
    }),
    registerCommand(COMMANDS.logIn, () => signIn.logIn()),
    registerCommand(COMMANDS.logInAnotherWay, () => signIn.logInAnotherWay()),
    registerCommand(COMMANDS.logOut, () => signIn.logOut()),
    registerCommand(COMMANDS.switchAccount, () => signIn.switchAccount()),
    registerCommand(COMMANDS.showStatus, async () => (await loadManage()).showStatus(manageOptions)),
    registerCommand(COMMANDS.manage, async () => (await loadManage()).showMenu(manageOptions)),
    registerCommand(COMMANDS.showLog, () => channel.show()),
  )
  await parts.start()
}

/** Makes the parts, and puts them together. */
function createParts(context: vscode.ExtensionContext, log: Log) {
  const storage = createMementoStorage(context.globalState)
  const {tokenRequest, url} = readEndpoints(process.env)
  const {fetch, now} = tokenRequest
  const {secrets, store, folder} = createStore(context, log)
  const accessTokens = new AccessTokens(store, tokenRequest)
  const server = {url, accessTokens, fetch, now, log, userAgent: toUserAgent(process)}
  const memory = createAccountMemory({storage, now, log})
  const tracking = createUsageTracking({backend: server, store, memory})
  const pool = createAccountPool({
    store,
    limits: memory.limits,
    preferences: memory.preferences,
    usage: (accountId) => memory.usage.get(accountId),
    now,
    onSwitch: showSwitch,
  })

  const changed = new vscode.EventEmitter<void>()
  const liveModels = new LiveModels({...server, store, cache: createModelCache(storage)})
  const backend = createBackend({server, pool, liveModels, memory, log, onUsage: tracking.onUsage})
  const statusBar = createStatusBar(vscode)
  /** Shows what is known now; a store that cannot be read shows nothing new. */
  const showAccounts = async () => {
    const accounts = await listAccounts({store, memory})
    statusBar.show(accounts)
    return accounts
  }
  memory.watch(() => void showAccounts().catch(() => {}))
  const redirects = createRedirectReceiver()
  const signIn = createSignIn({
    api: vscode,
    store,
    memory,
    log,
    tokenRequest,
    redirects,
    ladder: () => findLadder(context),
    prefer(accountId) {
      memory.preferences.prefer(accountId)
      pool.forgetConversations()
    },
  })
  const sessions = createAccountSessions({api: vscode, store, signIn})
  const settings = () => vscode.workspace.getConfiguration('openaiCodex')
  const provider = createChatProvider({
    api: vscode,
    store,
    liveModels,
    backend,
    log,
    pickerOptions: () => ({
      models: settings().get('models') === 'all' ? 'all' : 'live',
      efforts: settings().get('efforts') === 'entries' ? 'entries' : 'menu',
    }),
    changed,
    logIn: () => signIn.logIn(),
  })

  /** Shows what has changed, everywhere. The rest is asked for in the background. */
  async function accountsChanged(): Promise<void> {
    try {
      await liveModels.accountsChanged()
      changed.fire()
      await sessions.refresh()
      const accounts = await showAccounts()
      if (accounts.length === 0) offerLogIn()
      await tracking.accountsChanged()
    } catch (error) {
      log.warn('A change of accounts could not be shown', {name: toErrorName(error)})
    }
  }

  return {
    provider,
    redirects,
    sessions,
    signIn,
    manageOptions: {api: vscode, store, memory, refreshUsage: () => tracking.refresh.all()},
    disposables: [
      changed,
      statusBar,
      sessions,
      {dispose: store.watch(accountsChanged)},
      {dispose: () => liveModels.stop()},
      {dispose: () => tracking.stop()},
      {dispose: () => void memory.flush()},
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('openaiCodex')) changed.fire()
      }),
      vscode.window.onDidChangeWindowState(({focused}) => {
        if (focused) void refreshStore(store, log)
      }),
    ],
    async start() {
      await secrets.prepare().catch((error: unknown) => {
        log.warn('Logins of other windows may not be seen', {name: toErrorName(error)})
      })
      const watch = watchFolders(['accounts.sealed'], () => void refreshStore(store, log))
      watch.follow([folder])
      context.subscriptions.push({dispose: () => watch.close()})
      const accounts = await showAccounts()
      if (accounts.length === 0) offerLogIn()
    },
  }
}

async function refreshStore(store: {refresh(): Promise<void>}, log: Log): Promise<void> {
  try {
    await store.refresh()
  } catch (error) {
    log.warn('The logins could not be read', {name: toErrorName(error)})
  }
}

/** Puts "Sign in" into the Accounts menu, and nothing else on the screen. */
function offerLogIn(): void {
  void vscode.authentication.getSession(VENDOR, [SCOPE], {createIfNone: false}).then(undefined, () => {})
}

function createStore(context: vscode.ExtensionContext, log: Log) {
  const folder = context.globalStorageUri.fsPath
  const file = path.join(folder, 'accounts.sealed')
  const secrets = createSealedSecrets({file, keys: context.secrets, log})
  const open = () => createSecretAccountStore(secrets, {log})
  return {folder, secrets, store: createWindowAccountStore({open, folder})}
}

interface BackendOptions {
  readonly server: Pick<Backend, 'accessTokens' | 'fetch' | 'log' | 'now' | 'url' | 'userAgent'>
  readonly pool: AccountPool
  readonly liveModels: LiveModels
  readonly memory: AccountMemory
  readonly log: Log
  readonly onUsage: NonNullable<Backend['onUsage']>
}

/** Made when it is needed: an editor starts far more often than somebody asks. */
function createBackend({
  server,
  pool,
  liveModels,
  memory,
  log,
  onUsage,
}: BackendOptions): () => Promise<Backend> {
  const configuration = {get: <Value>(key: string) => vscode.workspace.getConfiguration().get<Value>(key)}
  const settings = createAlmaSettings({settings: configuration as never, log})
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
      onUsage,
    }
  }
  return () => (loading ??= load())
}

/** Without another account, the answer itself says so. */
function showSwitch({from, reason, to, untilMs}: AccountSwitch): void {
  if (!to) return
  const until = toLocalTime(untilMs)
  void vscode.window.showInformationMessage(
    `${toAccountLabel(from)} ${REST_TEXTS[reason]} until ${until}. ${toAccountLabel(to)} answers meanwhile.`,
  )
}

async function findLadder(context: vscode.ExtensionContext): Promise<readonly LoginMethod[]> {
  const wanted = vscode.workspace.getConfiguration('openaiCodex').get('loginMethod')
  const {env, ExtensionKind, UIKind, Uri} = vscode
  const {extension} = context
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

/** Where to sign in, and where to ask. */
function readEndpoints({CODEX_AUTH_ISSUER_URL, CODEX_BACKEND_URL}: NodeJS.ProcessEnv) {
  const issuer = parseEndpoint('CODEX_AUTH_ISSUER_URL', CODEX_AUTH_ISSUER_URL, DEFAULT_ISSUER)
  const server = {issuer: new URL(issuer), clientId: CODEX_CLIENT_ID}
  return {
    tokenRequest: {server, fetch: globalThis.fetch, now: Date.now},
    url: parseEndpoint('CODEX_BACKEND_URL', CODEX_BACKEND_URL, DEFAULT_BACKEND_URL),
  }
}
