/**
 * Logging in with a browser that comes back by itself, or whose last address is pasted.
 *
 * @module
 */
import {LoginFailedError} from '../../errors.ts'
import {LOGIN_TIMEOUT_MS} from '../../oauth/authorization-code.ts'
import type {AppLogin} from '../../oauth/login.ts'
import {startLogin} from '../../oauth/start-login.ts'
import {APP_PORTS, openLoopbackRedirect} from '../../oauth/redirect/loopback-redirect.ts'
import {parseRedirect} from '../../oauth/redirect/parse-redirect.ts'
import {REDIRECT_PORTS, toRedirectUri} from '../../oauth/redirect/redirect-uri.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import type {LoginCall, TakePaste} from './page-login.ts'

/** How the browser comes back. */
export interface BrowserLoginOptions {
  /** Who asks, by "Sign in with ChatGPT". Default: the login of Codex. */
  readonly app?: AppLogin | undefined
  /** Default: those that are registered. An app takes any port. */
  readonly redirectPorts?: readonly number[] | undefined
  /** Given what takes a pasted address, for as long as the login waits. */
  readonly takePastes: (take: TakePaste) => void
}

/**
 * Shows the page of the login, and waits for its answer.
 *
 * @throws {CodexError} It did not work.
 * @throws The signal's reason, when it is aborted.
 */
export async function logInWithBrowser(
  {request, show}: LoginCall,
  {app, redirectPorts, takePastes}: BrowserLoginOptions,
): Promise<TokenSet> {
  const {delay, fetch, now, signal} = request
  const ports = app ? APP_PORTS : (redirectPorts ?? REDIRECT_PORTS)
  const loopback = await openLoopbackRedirect({fetch, appName: 'the dashboard', ports})
  const isListening = loopback.kind === 'listening'
  const end = new AbortController()
  try {
    signal.throwIfAborted()
    const redirectUri = isListening
      ? loopback.redirectUri
      : toRedirectUri(ports[0] ?? REDIRECT_PORTS[0])
    const {state, trade, url} = await startLogin(request, {app, redirectUri})
    const pasted = new Promise<TokenSet>((resolve, reject) => {
      takePastes((text) => {
        const {clientId, code} = parseRedirect(text, state)
        void trade(code, clientId).then(resolve, reject)
      })
    })
    show({url: url.href, expiresAtMs: now() + LOGIN_TIMEOUT_MS, isListening})
    const waiting = AbortSignal.any([signal, end.signal])
    return await Promise.race([
      pasted,
      ...(isListening ? [loopback.receive(state, trade)] : []),
      delay(LOGIN_TIMEOUT_MS, waiting).then(giveUp),
    ])
  } finally {
    end.abort()
    if (isListening) await loopback.close()
  }
}

function giveUp(): never {
  throw new LoginFailedError('Login failed: no answer came within 15 minutes.')
}
