/**
 * Logins, of which one waits at a time, with what the user gets to read.
 *
 * @module
 */
import {toAccountTitle} from '../../../accounts/account-title.ts'
import type {Account} from '../../../accounts/account.ts'
import {LoginFailedError} from '../../../errors.ts'
import type {Log} from '../../../base/log.ts'
import {storeLogin, type StoreLoginOptions} from '../../../engine/store-login.ts'
import {explainFailure} from '../explain-error.ts'
import type {LogInOptions} from './log-in-by.ts'
import type {LoginMethod} from './login-ladder.ts'
import {COMMANDS} from '../names.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** Where logins are kept, and the ways to log in. */
export interface LoginsOptions extends StoreLoginOptions, Omit<LogInOptions, 'api' | 'signal'> {
  readonly api: LogInOptions['api'] & Pick<VscodeApi, 'commands'>
  readonly log: Log
  /** The ways to try, best first. */
  readonly ladder: () => Promise<readonly LoginMethod[]>
}

/** The logins. None of them rejects: a message says what happened. */
export interface Logins {
  /** @returns The account; `undefined` when the login did not succeed. A call while another waits joins it. */
  logIn(): Promise<Account | undefined>
  /**
   * Lets the user choose the way first. A login that waits then gives way to this one, and whoever
   * waits for it gets the account of this one.
   */
  logInAnotherWay(): Promise<Account | undefined>
  /** Logs in to an account again, by the kind of login that it has. */
  logInAgain(account: Account): Promise<Account | undefined>
}

/** What is said of each way. The first three make the same kind of login, that of Codex. */
const METHOD_ITEMS: Readonly<
  Record<LoginMethod, {readonly label: string; readonly detail: string}>
> = {
  app: {
    label: 'Sign in with ChatGPT (preview)',
    detail:
      'Can have a weekly cap of its own, and be taken back in ChatGPT. Shows no usage, and draws no images.',
  },
  browser: {
    label: 'In the browser',
    detail: 'The browser hands the login over to this machine.',
  },
  code: {
    label: 'With a code',
    detail: 'Type a short code on any device. Works in remote windows, too.',
  },
  paste: {
    label: 'By pasting an address',
    detail: 'Log in with any browser, and paste the address of the last page.',
  },
}

/** Creates the logins. */
export function createLogins(options: LoginsOptions): Logins {
  const {ladder} = options
  let pending: PendingLogin | undefined
  const start = (ways: LoginsOptions['ladder'], again?: Account): Promise<Account | undefined> => {
    pending?.stop.abort(new LoginFailedError('Another login was started.'))
    const stop = new AbortController()
    const attempt = async () => {
      const account = await logInAndTell(ways, {...options, again, signal: stop.signal})
      if (pending === login) pending = undefined
      return account ?? pending?.result
    }
    const login: PendingLogin = {stop, result: Promise.resolve().then(attempt)}
    pending = login
    return login.result
  }
  return {
    logIn: () => pending?.result ?? start(ladder),
    async logInAnotherWay() {
      const way = await chooseWay(options)
      return way && start(async () => [way])
    },
    logInAgain(account) {
      if (account.tokens.app) return start(async () => ['app'], account)
      return pending?.result ?? start(ladder)
    },
  }
}

/** A login that waits. */
interface PendingLogin {
  readonly stop: AbortController
  readonly result: Promise<Account | undefined>
}

async function chooseWay({api, ladder, log}: LoginsOptions): Promise<LoginMethod | undefined> {
  try {
    const methods = await ladder()
    // Never tried by itself: it is another kind of login.
    const offered = [...methods.filter((method) => method !== 'app'), 'app' as const]
    const items = offered.map((method) => ({...METHOD_ITEMS[method], method}))
    const title = 'How do you want to log in to ChatGPT?'
    const chosen = await api.window.showQuickPick(items, {title})
    return chosen?.method
  } catch (error) {
    void api.window.showErrorMessage(explainFailure(error, log))
    return undefined
  }
}

type AttemptOptions = LoginsOptions & {readonly signal: AbortSignal}

async function logInAndTell(
  ways: LoginsOptions['ladder'],
  options: AttemptOptions,
): Promise<Account | undefined> {
  const {log, signal} = options
  try {
    const account = await logInByFirst(await ways(), options)
    await storeLogin(account, options)
    log.info('An account was logged in', {plan: account.plan})
    void offerChat(`Logged in as ${toAccountTitle(account)}.`, options)
    return account
  } catch (error) {
    // The user has begun another one, and needs no word about this.
    if (!signal.aborted) void offerAnotherWay(explainFailure(error, log), options)
    return undefined
  }
}

/** Loaded when it is needed: an editor starts far more often than a user logs in. */
async function logInByFirst(
  methods: readonly LoginMethod[],
  options: AttemptOptions,
): Promise<Account> {
  const {logInBy} = await import('./log-in-by.ts')
  let reasons = ''
  for (const method of methods) {
    // One after the other: the next is for when this one is not possible.
    const outcome = await logInBy(method, options)
    if (outcome.kind === 'account') return outcome.account
    options.log.info(`A way of logging in is not possible: ${method}`)
    reasons = outcome.why
  }
  throw new LoginFailedError(`${reasons} Free one of the ports, or log in another way.`)
}

async function offerChat(sentence: string, {api}: LoginsOptions): Promise<void> {
  const open = 'Open Chat'
  const chosen = await api.window.showInformationMessage(sentence, open)
  if (chosen === open) await api.commands.executeCommand(COMMANDS.openChat)
}

async function offerAnotherWay(sentence: string, {api}: LoginsOptions): Promise<void> {
  const another = 'Another Way…'
  const chosen = await api.window.showErrorMessage(sentence, another)
  if (chosen === another) await api.commands.executeCommand(COMMANDS.logInAnotherWay)
}
