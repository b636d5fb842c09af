/**
 * Logging in with the dialogs of the host, of which some versions lack some.
 *
 * @module
 */
import {toAccount, type Account} from '../../../accounts/account.ts'
import {LoginFailedError} from '../../../errors.ts'
import type {AppLogin, Login} from '../../../oauth/login.ts'
import {startLogin} from '../../../oauth/start-login.ts'
import {REDIRECT_PATH, REDIRECT_PORTS, toRedirectUri} from '../../../oauth/redirect/redirect-uri.ts'
import type {TokenRequestOptions} from '../../../oauth/token-request.ts'
import {
  checkState,
  explainRedirect,
  parseRedirect,
  type Redirect,
} from '../../../oauth/redirect/parse-redirect.ts'
import {toJsonObject} from '../../../base/json-object.ts'
import type {AlmaUi} from '../alma-api.ts'

/** How long the user has to log in, in milliseconds. */
const LOGIN_TIMEOUT_MS = 5 * 60 * 1000

/** How long the address of the login page stays on the screen, in milliseconds. */
const ADDRESS_SHOWN_MS = 60_000

/** How the user is asked, and how the authorization server is. */
export interface LogInOptions extends TokenRequestOptions {
  readonly ui: AlmaUi
  /** Who asks, by "Sign in with ChatGPT". Default: the login of Codex. */
  readonly app?: AppLogin | undefined
}

/** A login that waits for its code, and the code. */
interface FinishedLogin {
  readonly request: Login
  readonly redirect: Redirect
}

/**
 * Logs in: the host catches the redirect if it can, else the user pastes it. What belongs to a
 * login lives in this call alone, so two logins at once do not mix and nothing is left behind.
 *
 * @returns The account, not stored yet.
 * @throws {LoginFailedError} The user gave up, or the authorization server refused.
 * @throws {RedirectInvalidError} The answer belongs to another login.
 * @throws {AccountIdNotFoundError} Nothing in the tokens says whose login it is.
 * @throws {NetworkError} The authorization server could not be reached.
 */
export async function logIn(options: LogInOptions): Promise<Account> {
  // The host hands over no more than code and state, and an app needs the client id too.
  const caught = options.app ? undefined : await catchRedirect(options)
  const {request, redirect} = caught ?? (await askForRedirect(options))
  return toAccount(await request.trade(redirect.code, redirect.clientId))
}

/** Lets the host open the browser and catch the redirect; `undefined` when it could not. */
async function catchRedirect(options: LogInOptions): Promise<FinishedLogin | undefined> {
  if (!options.ui.startOAuthFlow) return undefined
  for (const port of REDIRECT_PORTS) {
    const attempt = await catchRedirectOn(port, options)
    if (attempt !== 'port taken') return attempt
  }
  return undefined
}

async function catchRedirectOn(
  port: number,
  {ui, ...options}: LogInOptions,
): Promise<FinishedLogin | 'port taken' | undefined> {
  const request = await startLogin(options, {redirectUri: toRedirectUri(port)})
  let result
  try {
    result = await ui.startOAuthFlow?.({
      authUrl: request.url.href,
      callbackPort: port,
      callbackPath: REDIRECT_PATH,
      timeout: LOGIN_TIMEOUT_MS,
    })
  } catch (error) {
    return isPortTaken(error) ? 'port taken' : undefined
  }
  if (typeof result?.code !== 'string' || result.code === '') return undefined
  if (result.state) checkState(result.state, request.state)
  return {request, redirect: {code: result.code}}
}

/** By its message as well: errors lose their code on the way from the host's main process. */
function isPortTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    /EADDRINUSE|EACCES|in use/i.test(`${String(toJsonObject(error)['code'])} ${error.message}`)
  )
}

/** Opens the browser, and asks for the address that it shows after the login. */
async function askForRedirect({ui, app, ...options}: LogInOptions): Promise<FinishedLogin> {
  if (!ui.showInputBox) {
    throw new LoginFailedError(
      'The browser could not hand over the login. Close the program that uses port 1455 (another Codex login, perhaps).',
    )
  }
  const redirectUri = toRedirectUri(REDIRECT_PORTS[0], app ? '127.0.0.1' : 'localhost')
  const request = await startLogin(options, {app, redirectUri})
  await openBrowser(request.url, ui)
  const pasted: unknown = await ui.showInputBox({
    title: 'Log in to ChatGPT',
    prompt:
      'Log in with your browser. The last page cannot be reached, which is expected. Copy its whole address and paste it here.',
    placeholder: `${redirectUri}?code=…&state=…`,
    validateInput: (value) => explainRedirect(value, request.state),
  })
  if (typeof pasted !== 'string') throw new LoginFailedError('The login was cancelled.')
  return {request, redirect: parseRedirect(pasted, request.state)}
}

async function openBrowser(url: URL, ui: AlmaUi): Promise<void> {
  const opened = await ui.openExternal?.(url.href).catch(() => false)
  if (opened) return
  ui.showNotification(`Open this address in your browser to log in: ${url.href}`, {
    type: 'info',
    duration: ADDRESS_SHOWN_MS,
  })
}
