/**
 * The ways to log in, each from its first click to an account.
 *
 * @module
 */
import {toAccount, type Account} from '../../../accounts/account.ts'
import {toAppLogin} from '../../../accounts/to-app-login.ts'
import {LoginFailedError} from '../../../errors.ts'
import {delay} from '../../../base/delay.ts'
import {untilAborted} from '../../../base/until-aborted.ts'
import {LOGIN_TIMEOUT_MS} from '../../../oauth/authorization-code.ts'
import type {AppLogin} from '../../../oauth/login.ts'
import {startLogin} from '../../../oauth/start-login.ts'
import {REDIRECT_PORTS, toRedirectUri} from '../../../oauth/redirect/redirect-uri.ts'
import type {TokenRequestOptions} from '../../../oauth/token-request.ts'
import {startDeviceLogin, waitForDeviceTokens} from '../../../oauth/device-code.ts'
import {APP_PORTS, openLoopbackRedirect} from '../../../oauth/redirect/loopback-redirect.ts'
import {
  explainRedirect,
  parseRedirect,
  type Redirect,
} from '../../../oauth/redirect/parse-redirect.ts'
import type {LoginMethod} from './login-ladder.ts'
import type {RedirectReceiver} from './redirect-receiver.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** The editor's dialogs, and how the authorization server is asked. */
export interface LogInOptions {
  readonly api: Pick<
    VscodeApi,
    'CancellationTokenSource' | 'ProgressLocation' | 'UIKind' | 'Uri' | 'env' | 'window'
  >
  readonly tokenRequest: TokenRequestOptions
  /** Who this installation is, where an app logs in. */
  readonly hostId: () => Promise<string>
  /** The account that is to be logged in again. Default: whoever logs in. */
  readonly again?: Account | undefined
  readonly redirects: RedirectReceiver
  /** Where the browser brings a login. Default: the ports that are registered. */
  readonly ports?: readonly number[]
  /** Ends the login; it then rejects with the reason. */
  readonly signal?: AbortSignal
}

/** What comes of one way. */
export type LoginOutcome =
  | {readonly kind: 'account'; readonly account: Account}
  /** This way is not open now; another one may be. */
  | {readonly kind: 'not possible'; readonly why: string}

/**
 * Logs in.
 *
 * @returns The account, not stored yet.
 * @throws {LoginFailedError} The user gave up, or the authorization server refused.
 * @throws {RedirectInvalidError} The answer belongs to another login, or is none.
 * @throws {AccountIdNotFoundError} Nothing in the tokens says whose login it is.
 * @throws {NetworkError} The authorization server could not be reached.
 * @throws The signal's reason, when it is aborted.
 */
export function logInBy(method: LoginMethod, options: LogInOptions): Promise<LoginOutcome> {
  return WAYS[method](options)
}

const WAYS: Readonly<Record<LoginMethod, (options: LogInOptions) => Promise<LoginOutcome>>> = {
  app: logInAsApp,
  browser: (options) => logInByBrowser(options),
  code: logInByCode,
  paste: (options) => logInByPaste(options),
}

/** The browser finds its way back to any port, as long as that is one of its own machine. */
async function logInAsApp(options: LogInOptions): Promise<LoginOutcome> {
  const {env, UIKind} = options.api
  const app = toAppLogin(await options.hostId(), options.again)
  const isHere = env.remoteName === undefined && env.uiKind !== UIKind.Web
  return isHere ? logInByBrowser({...options, ports: APP_PORTS}, app) : logInByPaste(options, app)
}

async function logInByBrowser(options: LogInOptions, app?: AppLogin): Promise<LoginOutcome> {
  const {api, ports = REDIRECT_PORTS, redirects, tokenRequest} = options
  const {appName} = api.env
  const listener = await openLoopbackRedirect({fetch: tokenRequest.fetch, appName, ports})
  if (listener.kind === 'unavailable')
    return {kind: 'not possible', why: toPortSentence(listener.reason, ports)}
  try {
    const {redirectUri} = listener
    const title = 'Log in to ChatGPT in the browser, then come back here.'
    const account = await withCancel({title, ...options}, async (signal) => {
      const {state, trade, url} = await startLogin({...tokenRequest, signal}, {app, redirectUri})
      const answer = Promise.race([
        listener.receive(state, trade),
        redirects.receive(state, signal).then(({code, clientId}) => trade(code, clientId)),
      ])
      void openBrowser(url, options)
      return toAccount(await untilAborted(answer, signal))
    })
    return {kind: 'account', account}
  } finally {
    await listener.close()
  }
}

function toPortSentence(reason: 'busy' | 'reserved', ports: readonly number[]): string {
  const names = ports.join(' and ')
  return reason === 'busy'
    ? `The browser hands the login over on the ports ${names}, which another program uses.`
    : `The browser hands the login over on the ports ${names}, which the system has reserved.`
}

async function logInByPaste(options: LogInOptions, app?: AppLogin): Promise<LoginOutcome> {
  const {api, redirects, signal, tokenRequest} = options
  const redirectUri = toRedirectUri(REDIRECT_PORTS[0], app ? '127.0.0.1' : 'localhost')
  const request = await startLogin(tokenRequest, {app, redirectUri})
  void openBrowser(request.url, options)
  const stop = new AbortController()
  const box = new api.CancellationTokenSource()
  const boxOptions = {
    title: 'Log in to ChatGPT',
    prompt:
      'Log in with your browser. The last page cannot be reached, which is expected. Copy its whole address and paste it here.',
    placeHolder: `${redirectUri}?code=…&state=…`,
    ignoreFocusOut: true,
    validateInput: (value: string) => explainRedirect(value, request.state),
  }
  const pasted = api.window.showInputBox(boxOptions, box.token)
  try {
    const received = Promise.race([
      redirects.receive(request.state, stop.signal),
      Promise.resolve(pasted).then((text) => readPasted(text, request.state)),
    ])
    const {code, clientId} = await untilAborted(received, signal)
    return {kind: 'account', account: toAccount(await request.trade(code, clientId))}
  } finally {
    stop.abort()
    box.cancel()
    box.dispose()
  }
}

function readPasted(pasted: string | undefined, state: string): Redirect {
  if (pasted === undefined) throw new LoginFailedError('The login was cancelled.')
  return parseRedirect(pasted, state)
}

async function logInByCode(options: LogInOptions): Promise<LoginOutcome> {
  const {signal: outerSignal, tokenRequest} = options
  const login = await startDeviceLogin({...tokenRequest, ...(outerSignal && {signal: outerSignal})})
  const {userCode, url} = login
  const title = `Log in to ChatGPT: type the code ${userCode} at ${url.host}${url.pathname} on any device.`
  const account = await withCancel({title, ...options}, async (signal) => {
    void offerPage({userCode, url}, options)
    return toAccount(await waitForDeviceTokens(login, {...tokenRequest, delay, signal}))
  })
  return {kind: 'account', account}
}

async function offerPage(
  {userCode, url}: {readonly userCode: string; readonly url: URL},
  options: LogInOptions,
): Promise<void> {
  const open = 'Copy Code and Open Page'
  const chosen = await options.api.window.showInformationMessage(
    `Your login code is ${userCode}. Type it only if you asked for it yourself.`,
    open,
  )
  if (chosen !== open) return
  await copy(userCode, options)
  await openBrowser(url, options)
}

/**
 * Never rejects. A login does not wait for it: the editor may ask the user first, who can give up or
 * open the page in another way meanwhile, and be back before the editor is done.
 */
async function openBrowser(url: URL, {api}: Pick<LogInOptions, 'api'>): Promise<void> {
  // The editor writes a plus as `%2B`, which would no longer be a blank.
  const target = api.Uri.parse(url.href.replaceAll('+', '%20'), true)
  const isOpen = await Promise.resolve(api.env.openExternal(target)).catch(() => false)
  if (isOpen) return
  const choice = 'Copy Address'
  const chosen = await api.window.showWarningMessage(
    'The browser did not open. Open the login page yourself.',
    choice,
  )
  if (chosen === choice) await copy(url.href, {api})
}

/** Never rejects: an editor in a browser may copy only while it is looked at. */
async function copy(text: string, {api}: Pick<LogInOptions, 'api'>): Promise<void> {
  await Promise.resolve(api.env.clipboard.writeText(text)).catch(() => undefined)
}

/** Runs `task` behind a notification on which the user can give up. */
async function withCancel<Result>(
  {title, api, signal}: Pick<LogInOptions, 'api' | 'signal'> & {readonly title: string},
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const {Notification} = api.ProgressLocation
  const progressOptions = {location: Notification, title, cancellable: true}
  return api.window.withProgress(progressOptions, async (_progress, token) => {
    const abort = new AbortController()
    const giveUp = (why: string) => abort.abort(new LoginFailedError(why))
    const timer = setTimeout(
      () => giveUp('The login was not completed within 15 minutes.'),
      LOGIN_TIMEOUT_MS,
    )
    const cancellation = token.onCancellationRequested(() => giveUp('The login was cancelled.'))
    try {
      return await task(signal ? AbortSignal.any([signal, abort.signal]) : abort.signal)
    } finally {
      clearTimeout(timer)
      cancellation.dispose()
      abort.abort()
    }
  })
}
