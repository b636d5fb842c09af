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
import {toAccountLabel} from './accounts/account.ts'
import {toErrorName, type BackendRefusal} from './errors.ts'
import {createAlmaSettings} from './hosts/alma/alma-settings.ts'
import {createModelCache} from './hosts/alma/model-cache.ts'
import {createSavedAccountLimits} from './hosts/alma/saved-account-limits.ts'
import {createSecretAccountStore} from './hosts/alma/secret-account-store.ts'
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
import {createUsageKeeper} from './hosts/vscode/usage-keeper.ts'
import {watchFile} from './hosts/vscode/watch-file.ts'
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

/** Which account goes first, in the editor's plain storage. */
const PREFERRED_KEY = 'preferredAccount'

/** Registers the models, the accounts and the commands. It uses no network before somebody logs in. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const channel = vscode.window.createOutputChannel(VENDOR_NAME, {log: true})
  const log = createOutputLog(channel)
  const parts = createParts(context, log)
  const {sessions, signIn, usage, provider, redirects} = parts
  const {registerCommand} = vscode.commands
  const withUsage = async () => import('./hosts/vscode/manage.ts')
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
    registerCommand(COMMANDS.showStatus, async () => (await withUsage()).showStatus(usage, vscode)),
    registerCommand(COMMANDS.manage, async () => (await withUsage()).showMenu(usage, vscode)),
    registerCommand(COMMANDS.showLog, () => channel.show()),
  )
  await parts.start()
}

/** Makes the parts, and puts them together. */
function createParts(context: vscode.ExtensionContext, log: Log) {
  const storage = createMementoStorage(context.globalState)
  const {tokenRequest, url} = readEndpoints(process.env)
  const {fetch, now} = tokenRequest
  const {file, store} = createStore(context, log)
  const accessTokens = new AccessTokens(store, tokenRequest)
  const server = {url, accessTokens, fetch, now, log, userAgent: toUserAgent(process)}
  const limits = createSavedAccountLimits({storage, now, log})
  const pool = createChangingPool(() =>
    createAccountPool({store, limits, now, onSwitch: showSwitch}),
  )

  const changed = new vscode.EventEmitter<void>()
  const liveModels = new LiveModels({...server, store, cache: createModelCache(storage)})
  const backend = createBackend({server, pool, liveModels, log})
  const statusBar = createStatusBar(vscode)
  const usage = createUsageKeeper({
    store,
    limits,
    backend: server,
    onChange: async () => statusBar.show(await usage.lines()),
  })
  const redirects = createRedirectReceiver()
  const signIn = createSignIn({
    api: vscode,
    store,
    limits,
    log,
    tokenRequest,
    redirects,
    ladder: () => findLadder(context),
    async prefer(accountId) {
      await context.globalState.update(PREFERRED_KEY, accountId)
      pool.renew()
      await store.reordered()
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
    onAnswer: () => void showUsage().catch(() => {}),
  })

  /** A limit that an answer has met is shown at once, what is left once in a while. */
  async function showUsage(): Promise<void> {
    statusBar.show(await usage.lines())
    await usage.refreshIfOld()
  }

  /** Shows what has changed, everywhere. The rest is asked for in the background. */
  async function accountsChanged(): Promise<void> {
    try {
      await liveModels.accountsChanged()
      changed.fire()
      await sessions.refresh()
      const lines = await usage.lines()
      statusBar.show(lines)
      if (lines.length === 0) return offerLogIn()
      void usage.refresh()
    } catch (error) {
      log.warn('A change of accounts could not be shown', {name: toErrorName(error)})
    }
  }

  return {
    provider,
    redirects,
    sessions,
    signIn,
    usage,
    disposables: [
      changed,
      statusBar,
      sessions,
      {dispose: store.watch(accountsChanged)},
      {dispose: () => liveModels.stop()},
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('openaiCodex')) changed.fire()
      }),
      vscode.window.onDidChangeWindowState(({focused}) => {
        if (focused) void refreshStore(store, log)
      }),
    ],
    async start() {
      const unwatch = await watchFile(file, () => void refreshStore(store, log), log)
      context.subscriptions.push({dispose: unwatch})
      await limits.load()
      const lines = await usage.lines()
      statusBar.show(lines)
      if (lines.length === 0) offerLogIn()
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
  const store = createWindowAccountStore({
    open: () => createSecretAccountStore(secrets, {log}),
    folder,
    preferredId: () => context.globalState.get<string>(PREFERRED_KEY),
  })
  return {file, store}
}

/** A pool that forgets who answered which conversation when the person switches. */
function createChangingPool(create: () => AccountPool): AccountPool & {renew(): void} {
  let pool = create()
  return {
    run: (conversationId, attempt) => pool.run(conversationId, attempt),
    renew: () => void (pool = create()),
  }
}

interface BackendOptions {
  readonly server: Pick<Backend, 'accessTokens' | 'fetch' | 'log' | 'now' | 'url' | 'userAgent'>
  readonly pool: AccountPool
  readonly liveModels: LiveModels
  readonly log: Log
}

/** Made when it is needed: an editor starts far more often than somebody asks. */
function createBackend({server, pool, liveModels, log}: BackendOptions): () => Promise<Backend> {
  const configuration = {get: <Value>(key: string) => vscode.workspace.getConfiguration().get<Value>(key)}
  const settings = createAlmaSettings({settings: configuration as never, log})
  let loading: Promise<Backend> | undefined
  const load = async () => {
    const {createItemMemory} = await import('./responses/request/item-memory.ts')
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
    }
  }
  return () => (loading ??= load())
}

/** Without another account, the answer itself says so. */
function showSwitch({from, to, untilMs}: AccountSwitch): void {
  if (!to) return
  void vscode.window.showInformationMessage(
    `${toAccountLabel(from)} has reached its ChatGPT usage limit until ${toLocalTime(untilMs)}. ${toAccountLabel(to)} answers meanwhile.`,
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
