/**
 * Logging in with a browser, on this machine or another.
 *
 * @module
 */
import {userInfo} from 'node:os'
import {createInterface} from 'node:readline'
import {LoginFailedError, RedirectInvalidError} from '../../errors.ts'
import {delay} from '../../base/delay.ts'
import {LOGIN_TIMEOUT_MS} from '../../oauth/authorization-code.ts'
import type {AppLogin, Login} from '../../oauth/login.ts'
import {startLogin} from '../../oauth/start-login.ts'
import {REDIRECT_PORTS, toRedirectUri} from '../../oauth/redirect/redirect-uri.ts'
import type {TokenRequestOptions} from '../../oauth/token-request.ts'
import {APP_PORTS, openLoopbackRedirect} from '../../oauth/redirect/loopback-redirect.ts'
import {parseRedirect} from '../../oauth/redirect/parse-redirect.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import type {Cli} from '../cli.ts'
import type {Io} from '../io.ts'
import {adviseOn, findPlace, openBrowser} from './browser.ts'
import {readRedirectPorts} from './redirect-ports.ts'

/** How long the next line of a paste may take, in milliseconds. */
const PASTE_MS = 100

/** Which login it is. */
export interface BrowserLoginOptions {
  /** What the account is called, for the advice. */
  readonly name: string
  /** Who asks, by "Sign in with ChatGPT"; `undefined` for the login of Codex. */
  readonly app?: AppLogin | undefined
}

/**
 * Shows the page, and waits for the browser to come back, or for its address to be pasted.
 */
export async function logInWithBrowser(
  cli: Cli,
  request: TokenRequestOptions,
  {name, app}: BrowserLoginOptions,
): Promise<TokenSet> {
  const {io} = cli
  const ports = app ? APP_PORTS : readRedirectPorts(cli.env)
  const loopback = await openLoopbackRedirect({fetch: cli.fetch, appName: 'the terminal', ports})
  const isListening = loopback.kind === 'listening'
  const redirectUri = isListening
    ? loopback.redirectUri
    : toRedirectUri(ports[0] ?? REDIRECT_PORTS[0])
  const login = await startLogin(request, {app, redirectUri})
  if (!isListening) explainPorts(io, ports, loopback.reason)
  showPage(cli, login, {name, isAdvised: isListening && !app})
  const end = new AbortController()
  try {
    return await Promise.race([
      waitForPaste({io, login, isListening, signal: end.signal}),
      ...(isListening ? [loopback.receive(login.state, login.trade)] : []),
      waitInVain(end.signal),
    ])
  } finally {
    end.abort()
    if (isListening) await loopback.close()
  }
}

function showPage(
  {env, io}: Cli,
  {url, redirectUri}: Login,
  {name, isAdvised}: {readonly name: string; readonly isAdvised: boolean},
): void {
  const {platform} = process
  const place = findPlace({env, platform})
  io.out(`\nIf your browser did not open, open this page and log in:\n\n${url.href}\n`)
  const port = Number(new URL(redirectUri).port)
  const advice = isAdvised
    ? adviseOn(place, {env, name, port, user: userInfo().username})
    : undefined
  if (advice !== undefined) io.out(`${advice}\n`)
  io.out('If the last page cannot be shown, paste its address here and press Enter.')
  void openBrowser(url, {place, env})
}

function explainPorts(io: Io, ports: readonly number[], reason: 'busy' | 'reserved'): void {
  const names = ports.join(' and ')
  io.err(
    reason === 'busy'
      ? `Ports ${names} are used by another program, perhaps another login. The last page will not be shown: paste its address here.`
      : `Ports ${names} are reserved by the system (on Windows: netsh interface ipv4 show excludedportrange tcp). The last page will not be shown: paste its address here.`,
  )
}

interface PasteOptions {
  readonly io: Io
  readonly login: Login
  /** Whether the browser may still come back by itself. */
  readonly isListening: boolean
  readonly signal: AbortSignal
}

/** Reads until something is pasted that holds the address that the browser ended on. */
async function waitForPaste(options: PasteOptions): Promise<TokenSet> {
  const {io, login, isListening, signal} = options
  const {stdin} = io
  const lines = createInterface({input: stdin})
  signal.addEventListener('abort', () => {
    lines.close()
    stdin.destroy()
  })
  for await (const pasted of gatherPastes(lines)) {
    try {
      const {code, clientId} = parseRedirect(pasted, login.state)
      return await login.trade(code, clientId)
    } catch (error) {
      // Something else was pasted; the page is still there.
      if (!(error instanceof RedirectInvalidError)) throw error
      io.err(error.message)
    }
  }
  if (isListening || signal.aborted) return new Promise(() => {})
  throw new LoginFailedError('Login failed: nothing was pasted.')
}

/** Lines that come at once are one text: a narrow terminal cuts a long address into several. */
async function* gatherPastes(lines: AsyncIterable<string>): AsyncGenerator<string> {
  const reader = lines[Symbol.asyncIterator]()
  let next = reader.next()
  for (;;) {
    let line: IteratorResult<string> | 'pause' = await next
    const gathered: string[] = []
    while (line !== 'pause' && !line.done) {
      gathered.push(line.value)
      next = reader.next()
      line = await Promise.race([next, delay(PASTE_MS).then(() => 'pause' as const)])
    }
    const text = gathered.join('\n')
    if (text.trim() !== '') yield text
    if (line !== 'pause') return
  }
}

async function waitInVain(signal: AbortSignal): Promise<never> {
  await delay(LOGIN_TIMEOUT_MS, signal).catch(() => undefined)
  throw new LoginFailedError('Login failed: no answer came within 15 minutes.')
}
