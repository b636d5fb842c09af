/**
 * The commands about accounts, with what the person gets to read.
 *
 * @module
 */
import type {AccountMemory} from '../../storage/account-memory.ts'
import {toAccountTitle, toPlanName} from '../../accounts/account-title.ts'
import {toAccountLabel, type Account, type AccountStore} from '../../accounts/account.ts'
import {CodexError, LoginFailedError, toErrorName} from '../../errors.ts'
import type {Log} from '../../http/log.ts'
import type {TokenRequestOptions} from '../../oauth/authorization-server.ts'
import {listAccounts} from './account-list.ts'
import {toEditorSentence} from './chat-errors.ts'
import type {LogInOptions} from './log-in.ts'
import type {LoginMethod} from './login-ladder.ts'
import {COMMANDS} from './names.ts'
import type {RedirectReceiver} from './redirect-receiver.ts'
import {signOut} from './sign-out.ts'
import type {VscodeApi} from './vscode-api.ts'

/** What the actions need from outside. */
export interface SignInOptions extends Pick<LogInOptions, 'ports'> {
  readonly api: Pick<
    VscodeApi,
    'CancellationTokenSource' | 'ProgressLocation' | 'Uri' | 'commands' | 'env' | 'window'
  >
  readonly store: AccountStore
  readonly memory: AccountMemory
  readonly log: Log
  readonly tokenRequest: TokenRequestOptions
  readonly redirects: RedirectReceiver
  /** The ways to try, best first. */
  readonly ladder: () => Promise<readonly LoginMethod[]>
  /** The account that is asked first from now on. */
  readonly prefer: (accountId: string) => void
}

/** The actions. None of them rejects: a message says what happened. */
export interface SignIn {
  /** @returns The account; `undefined` when nobody logged in. A call while another waits joins it. */
  logIn(): Promise<Account | undefined>
  /** Lets the person choose the way first. */
  logInAnotherWay(): Promise<Account | undefined>
  /** Removes an account, chosen where there are several, and ends its login at the server. */
  logOut(): Promise<void>
  /** The same for a known account, without a question. */
  remove(accountId: string): Promise<void>
  /** Lets the person choose who is asked first. */
  switchAccount(): Promise<void>
}

const METHOD_ITEMS: Readonly<
  Record<LoginMethod, {readonly label: string; readonly detail: string}>
> = {
  browser: {
    label: 'In the browser',
    detail: 'The browser hands the login over to this machine by itself.',
  },
  code: {
    label: 'With a code',
    detail:
      'Type a short code on any device. For remote windows, and where the browser finds no way back.',
  },
  paste: {
    label: 'By pasting an address',
    detail: 'Sign in in any browser, and paste the address at which it ends.',
  },
}

/** Creates the actions. */
export function createSignIn(options: SignInOptions): SignIn {
  const {api, store, ladder} = options
  let pending: Promise<Account | undefined> | undefined
  const once = (logIn: () => Promise<Account | undefined>) => {
    pending ??= logIn().finally(() => (pending = undefined))
    return pending
  }
  const actions: SignIn = {
    logIn: () => once(async () => logInAndTell(await ladder(), options)),
    logInAnotherWay: () =>
      once(async () => {
        const methods = await ladder()
        const items = methods.map((method) => ({...METHOD_ITEMS[method], method}))
        const title = 'How do you want to log in to ChatGPT?'
        const chosen = await api.window.showQuickPick(items, {title})
        return chosen && logInAndTell([chosen.method], options)
      }),
    async logOut() {
      const accounts = await store.list()
      if (accounts.length === 0) {
        void api.window.showInformationMessage('No ChatGPT account is logged in.')
        return
      }
      await signOutAndTell(await chooseAccounts(accounts, options), options)
    },
    async remove(accountId) {
      const account = await store.get(accountId)
      if (account) await signOutAndTell([account], options)
    },
    switchAccount: () => switchAccount(options, () => actions.logIn()),
  }
  return actions
}

async function logInAndTell(
  methods: readonly LoginMethod[],
  options: SignInOptions,
): Promise<Account | undefined> {
  const {api, memory, store} = options
  try {
    const account = await logInByFirst(methods, options)
    await store.add(account)
    await memory.load()
    memory.limits.release(account.id)
    void api.window.showInformationMessage(`Logged in as ${toAccountTitle(account)}.`)
    return account
  } catch (error) {
    void offerAnotherWay(toSentence(error, options), options)
    return undefined
  }
}

/** Loaded when it is needed: an editor starts far more often than somebody signs in. */
async function logInByFirst(
  methods: readonly LoginMethod[],
  options: SignInOptions,
): Promise<Account> {
  const {logInBy} = await import('./log-in.ts')
  let reasons = ''
  for (const method of methods) {
    // One after the other: the next is for when this one is not possible.
    // oxlint-disable-next-line no-await-in-loop
    const outcome = await logInBy(method, options)
    if (outcome.kind === 'account') return outcome.account
    options.log.info(`A way of logging in is not possible: ${method}`)
    reasons = outcome.why
  }
  throw new LoginFailedError(`${reasons} Close it, or log in another way.`)
}

async function offerAnotherWay(sentence: string, {api}: SignInOptions): Promise<void> {
  const another = 'Another Way…'
  const chosen = await api.window.showErrorMessage(sentence, another)
  if (chosen === another) await api.commands.executeCommand(COMMANDS.logInAnotherWay)
}

async function chooseAccounts(
  accounts: readonly Account[],
  {api}: SignInOptions,
): Promise<readonly Account[]> {
  if (accounts.length === 1) return accounts
  const everybody = {label: 'All accounts', description: '', accounts}
  const items = accounts.map((account) => ({...toItem(account), accounts: [account]}))
  const title = 'Which account do you want to log out?'
  const chosen = await api.window.showQuickPick([...items, everybody], {title})
  return chosen?.accounts ?? []
}

function toItem(account: Account): {readonly label: string; readonly description: string} {
  const state = account.loginRequired ? ', has to log in again' : ''
  return {label: toAccountLabel(account), description: `${toPlanName(account.plan)}${state}`}
}

async function signOutAndTell(accounts: readonly Account[], options: SignInOptions): Promise<void> {
  try {
    if (accounts.length > 0) await signOut(accounts, options)
  } catch (error) {
    void options.api.window.showErrorMessage(toSentence(error, options))
  }
}

async function switchAccount(
  {api, prefer, store, memory}: SignInOptions,
  logIn: () => Promise<unknown>,
): Promise<void> {
  const accounts = await listAccounts({store, memory})
  const another = {label: '$(add) Log in with another account', description: '', id: undefined}
  const items = accounts.map(({account}, index) => {
    const {label, description} = toItem(account)
    const note = index === 0 ? `${description}, asked first` : description
    return {label, description: note, id: account.id}
  })
  const title = 'Which account is asked first?'
  const chosen = await api.window.showQuickPick([...items, another], {title})
  if (!chosen) return
  if (chosen.id === undefined) {
    await logIn()
    return
  }
  prefer(chosen.id)
  void api.window.showInformationMessage(
    `${chosen.label} is asked first from now on. The others answer when its limit is reached.`,
  )
}

function toSentence(error: unknown, {log}: SignInOptions): string {
  if (error instanceof CodexError) return toEditorSentence(error.message)
  log.error('It failed for a reason nobody thought of', {name: toErrorName(error)})
  return 'That did not work. Try again; if it keeps failing, “Codex: Show Log” has more.'
}
