/**
 * Logging in with a browser that comes back by itself, or whose last address is pasted.
 *
 * @module
 */
import {LoginFailedError} from '../../errors.ts'
import {
  createAuthorizationRequest,
  exchangeAuthorizationCode,
  LOGIN_TIMEOUT_MS,
} from '../../oauth/authorization-code.ts'
import {openLoopbackRedirect} from '../../oauth/redirect/loopback-redirect.ts'
import {parseRedirect} from '../../oauth/redirect/parse-redirect.ts'
import {REDIRECT_PORTS, toRedirectUri} from '../../oauth/redirect/redirect-uri.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import type {LoginCall, TakePaste} from './page-login.ts'

/** How the browser comes back. */
export interface BrowserLoginOptions {
  /** Default: those that are registered. */
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
  {redirectPorts: ports = REDIRECT_PORTS, takePastes}: BrowserLoginOptions,
): Promise<TokenSet> {
  const {delay, fetch, now, server, signal} = request
  const loopback = await openLoopbackRedirect({fetch, appName: 'the dashboard', ports})
  const isListening = loopback.kind === 'listening'
  const end = new AbortController()
  try {
    signal.throwIfAborted()
    const redirectUri = isListening
      ? loopback.redirectUri
      : toRedirectUri(ports[0] ?? REDIRECT_PORTS[0])
    const {codeVerifier, state, url} = await createAuthorizationRequest(server, {redirectUri})
    const trade = (code: string) =>
      exchangeAuthorizationCode({code, codeVerifier, redirectUri}, request)
    const pasted = new Promise<TokenSet>((resolve, reject) => {
      takePastes((text) => {
        const {code} = parseRedirect(text, state)
        void trade(code).then(resolve, reject)
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
