/**
 * The entry of the extension: the editor calls {@link activate} once it has started.
 *
 * @module
 */
import {homedir} from 'node:os'
import path from 'node:path'
import * as vscode from 'vscode'
import {createEngine, type Engine} from './engine/create-engine.ts'
import {inBackground} from './base/in-background.ts'
import {useFirst} from './engine/use-first.ts'
import {listAccounts} from './hosts/vscode/accounts/account-list.ts'
import {createAccountSessions} from './hosts/vscode/login/account-sessions.ts'
import {createChatProvider} from './hosts/vscode/chat/chat-provider.ts'
import {registerCommands} from './hosts/vscode/commands.ts'
import {findLadder} from './hosts/vscode/login/find-ladder.ts'
import {createMementoStorage} from './hosts/vscode/storage/memento-storage.ts'
import {createTokenHistory, type AnswerTokens} from './hosts/vscode/history/token-history.ts'
import type {UsageNode} from './hosts/vscode/panel/usage-tree.ts'
import {ANSWERED_CONTEXT, URI_PATH, USAGE_VIEW, VENDOR, VENDOR_NAME} from './hosts/vscode/names.ts'
import {offerLogIn} from './hosts/vscode/login/offer-log-in.ts'
import {createLoginNews} from './hosts/vscode/login/login-news.ts'
import {createSavedAnswers, type SavedAnswers} from './hosts/vscode/chat/saved-answers.ts'
import {createOutputLog} from './hosts/vscode/output-log.ts'
import {createOwnAccounts} from './hosts/vscode/storage/own-accounts.ts'
import {
  createRedirectReceiver,
  type RedirectReceiver,
} from './hosts/vscode/login/redirect-receiver.ts'
import {showSwitch} from './hosts/vscode/accounts/show-switch.ts'
import {createLoginActions, type LoginActions} from './hosts/vscode/login/login-actions.ts'
import {createStatusBar} from './hosts/vscode/accounts/status-bar.ts'
import {createWarningClaim} from './hosts/vscode/accounts/warning-claim.ts'
import type {Log} from './base/log.ts'

/**
 * Registers the models, the accounts and the commands. It uses no network before somebody logs in.
 *
 * @throws {ConfigurationError} An environment variable names an address that tokens must not go to.
 */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const {extension, globalState, globalStorageUri, secrets, subscriptions} = context
  const channel = vscode.window.createOutputChannel(VENDOR_NAME, {log: true})
  const log = createOutputLog(channel)
  const folder = globalStorageUri.fsPath
  const historyFolder = toHistoryFolder(folder)
  const codexHome = process.env['CODEX_HOME'] || path.join(homedir(), '.codex')
  const shown = {api: vscode, channel, codexHome}
  const openedAtMs = Date.now() - process.uptime() * 1000
  const own = createOwnAccounts({folder, keys: secrets, log, openedAtMs})
  const storage = createMementoStorage(globalState)
  const engine = createEngine({
    process,
    fetch: globalThis.fetch,
    now: Date.now,
    log,
    settings: {get: (key) => vscode.workspace.getConfiguration().get(key)},
    storage,
    own: own.store,
    emptyFolder: path.join(folder, 'no-accounts'),
    async loadSocketWay(options) {
      // The editor's own proxy is the matter of its `fetch`.
      if (vscode.workspace.getConfiguration().get('http.proxy')) return undefined
      const {createSocketWay} = await import('./responses/transport/websocket/socket-part.ts')
      return createSocketWay(options)
    },
    claim: createWarningClaim({folder, thresholds: () => engine.settings.warningThresholds()}),
    tell: (sentence) => void vscode.window.showWarningMessage(sentence),
    showSwitch(change) {
      log.info('An account rests', {reason: change.reason, another: change.to !== undefined})
      showSwitch(change, vscode)
    },
  })
  const redirects = createRedirectReceiver()
  const loginActions = createLoginActions({
    ...engine,
    api: vscode,
    log,
    redirects,
    ladder: () => findLadder({api: vscode, extension}),
    prefer: (accountId) => useFirst(accountId, engine),
  })
  const answers = createSavedAnswers({folder: context.storageUri?.fsPath, log})
  endings.push(
    () => engine.stop(),
    () => answers.close(),
  )
  subscriptions.push(
    channel,
    ...registerModels(engine, {answers, loginActions, log, folder}),
    registerUsageView(engine, historyFolder),
    registerRedirects(redirects),
    ...registerCommands({...engine, ...shown, log, once: storage, loginActions}),
  )
  subscriptions.push(...(await own.followOtherWindows(vscode.window)))
  await inBackground(() => offerLogIn({...engine, api: vscode}), log, 'Nobody is asked to log in')
}

/** What a window that closes has to finish. */
const endings: (() => Promise<void>)[] = []

/**
 * Waits for what must not be lost: the editor gives a window that closes some seconds for this. A refresh
 * that is under way is saved, because the server knows its old token no more.
 */
export async function deactivate(): Promise<void> {
  await Promise.allSettled(endings.splice(0).map((end) => end()))
}

/** Registers the models and the accounts, and what shows them. */
function registerModels(
  engine: Engine,
  {
    answers,
    loginActions,
    log,
    folder,
  }: {
    readonly answers: SavedAnswers
    readonly loginActions: LoginActions
    readonly log: Log
    /** Of the extension, for all windows. */
    readonly folder: string
  },
): vscode.Disposable[] {
  const {memory, openBackend, settings, shared, store, watchAccounts} = engine
  const changed = new vscode.EventEmitter<void>()
  const sessions = createAccountSessions({api: vscode, store, loginActions})
  const statusBar = createStatusBar(vscode)
  const attempt = (task: () => Promise<void>) =>
    inBackground(task, log, 'A change of accounts could not be shown')
  const showAccounts = async () => statusBar.show(await listAccounts({store, memory}))
  memory.watch(() => void attempt(showAccounts))
  const tellOfLogins = createLoginNews({api: vscode, store, log, now: Date.now, folder})
  const accountsChanged = async () => {
    changed.fire()
    void attempt(tellOfLogins)
    await sessions.update()
    await showAccounts()
    await offerLogIn({api: vscode, store})
  }
  const unwatch = watchAccounts(accountsChanged)
  void attempt(showAccounts)
  const provider = createChatProvider({
    ...engine,
    api: vscode,
    log,
    changed,
    backend: openBackend,
    openAnswers: () => answers.open(),
    pickerOptions: () => ({models: settings.modelChoice(), efforts: readEfforts()}),
    logIn: () => loginActions.logIn(),
    onAnswer: createAnswerTeller(toHistoryFolder(folder), log),
  })
  return [
    changed,
    statusBar,
    sessions,
    {dispose: unwatch},
    vscode.lm.registerLanguageModelChatProvider(VENDOR, provider),
    vscode.authentication.registerAuthenticationProvider(VENDOR, VENDOR_NAME, sessions, {
      supportsMultipleAccounts: true,
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('openaiCodex.sharedAccounts')) {
        void attempt(() => shared.update())
      } else if (event.affectsConfiguration('openaiCodex')) changed.fire()
    }),
  ]
}

/** Shows what is used in the side bar. What it lists is loaded when somebody looks at it. */
function registerUsageView(engine: Engine, historyFolder: string): vscode.Disposable {
  const {Expanded, None} = vscode.TreeItemCollapsibleState
  const changed = new vscode.EventEmitter<undefined>()
  engine.memory.watch(() => changed.fire(undefined))
  const unwatch = engine.watchAccounts(async () => changed.fire(undefined))
  const view = vscode.window.registerTreeDataProvider<UsageNode>(USAGE_VIEW, {
    onDidChangeTreeData: changed.event,
    async getChildren(node) {
      if (node) return [...(node.children ?? [])]
      const {listUsage} = await import('./hosts/vscode/panel/panel-part.ts')
      return [...(await listUsage({...engine, historyFolder}))]
    },
    getTreeItem({children = [], description, icon, label}) {
      const item = new vscode.TreeItem(label, children.length > 0 ? Expanded : None)
      if (description !== undefined) item.description = description
      if (icon !== undefined) item.iconPath = new vscode.ThemeIcon(icon)
      item.tooltip = [label, description].filter(Boolean).join(': ')
      return item
    },
  })
  return vscode.Disposable.from(view, changed, {dispose: unwatch})
}

function toHistoryFolder(folder: string): string {
  return path.join(folder, 'history')
}

/** Tells the walkthrough of the first answer, and the history of each. */
function createAnswerTeller(folder: string, log: Log): (tokens: AnswerTokens | undefined) => void {
  const history = createTokenHistory({folder, now: Date.now})
  let isFirst = true
  return (tokens) => {
    if (isFirst) void vscode.commands.executeCommand('setContext', ANSWERED_CONTEXT, true)
    isFirst = false
    if (tokens) void inBackground(() => history.note(tokens), log, 'The tokens could not be noted')
  }
}

function readEfforts(): 'entries' | 'menu' {
  const efforts = vscode.workspace.getConfiguration('openaiCodex').get('efforts')
  return efforts === 'entries' ? 'entries' : 'menu'
}

/** Takes the addresses that the editor hands over. */
function registerRedirects(redirects: RedirectReceiver): vscode.Disposable {
  return vscode.window.registerUriHandler({
    handleUri({path: uriPath, query}) {
      if (uriPath === URI_PATH && redirects.offer(query)) return
      void vscode.window.showWarningMessage(
        'No login waits for this address. Run “Codex: Log In” and use the newest page.',
      )
    },
  })
}
