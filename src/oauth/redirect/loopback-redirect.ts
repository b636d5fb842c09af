/**
 * Catching the redirect of a login on this machine (RFC 8252 §7.3).
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/server.rs}
 */
import {delay} from '../../base/delay.ts'
import type {FetchFunction} from '../../http/fetch.ts'
import {toJsonObject, toText} from '../../base/json-object.ts'
import {callJson} from '../../http/call-json.ts'
import {serve, type RunningServer} from '../../http/serve.ts'
import {REDIRECT_PORTS, toRedirectUri} from './redirect-uri.ts'
import {createWaitingLogin, type Trade, type WaitingLogin} from './waiting-login.ts'

/** How often to look whether an earlier login has left its port. */
const PORT_ATTEMPTS = 10

/** How long to wait between two looks, in milliseconds. */
const PORT_WAIT_MS = 200

/** The longest that an earlier login may take to answer, in milliseconds. */
const CANCEL_TIMEOUT_MS = 1000

/** How long the last page may take to reach the browser, in milliseconds. */
const GOODBYE_MS = 100

/** How long a page that is loaded again is still answered after a login, in milliseconds. */
const LINGER_MS = 30_000

/** Lets the system choose. */
const ANY_PORT = 0

/** For the login of an app, whose redirect may go to any port of 127.0.0.1, and to no other name of this machine. */
export const APP_PORTS = [ANY_PORT]

/** What a system says that has no IPv6. */
const ABSENT = /^(?:EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL|ENOTSUP|EPROTONOSUPPORT)$/

/** Where to listen, and for whom. */
export interface LoopbackRedirectOptions {
  readonly fetch: FetchFunction
  /** What the user goes back to, for the page at the end: for example `VS Code`. */
  readonly appName: string
  /** Default: those that are registered. An app takes {@link APP_PORTS}. */
  readonly ports?: readonly number[]
  /** Default: a timer. */
  readonly delay?: (milliseconds: number) => Promise<void>
}

/** Waits on a port of this machine for the browser. */
export interface LoopbackRedirect {
  readonly kind: 'listening'
  /** For the authorization request, to the letter. */
  readonly redirectUri: string
  /**
   * Waits for the code of the login with this `state`, and trades it: the browser is told how that
   * ended. An answer with another state is turned away, and the wait goes on.
   *
   * @throws {RedirectInvalidError} The user refused, or the login page has another reason.
   * @throws {LoginFailedError} Another login was started, or the listener was closed.
   * @throws What `trade` throws.
   */
  receive<Result>(state: string, trade: Trade<Result>): Promise<Result>
  /**
   * Ends the wait. After a login that worked, its last page can be loaded again for half a
   * minute, as long as no other login wants the port; that keeps no process alive.
   */
  close(): Promise<void>
}

/** No port could be had. */
export interface NoLoopbackRedirect {
  readonly kind: 'unavailable'
  /** Another program has the port, or the system keeps it for itself (Windows does so with ranges). */
  readonly reason: 'busy' | 'reserved'
}

/**
 * Listens on the first registered port that is free. A login that waits there is asked to end, as the
 * official client does.
 *
 * @throws What listening throws for any other reason.
 */
export async function openLoopbackRedirect({
  ports = REDIRECT_PORTS,
  ...options
}: LoopbackRedirectOptions): Promise<LoopbackRedirect | NoLoopbackRedirect> {
  const ended = new AbortController()
  const login = createWaitingLogin({...options, onCancel: () => ended.abort()})
  let reason: NoLoopbackRedirect['reason'] = 'busy'
  for (const port of ports) {
    // One after the other: the second is for when the first cannot be had.
    const listeners = await listen(port, {
      ...options,
      answer: (request, at) => login.answer(request, at),
    })
    if (typeof listeners === 'string') reason = listeners
    else return toRedirect(listeners, {login, ended})
  }
  return {kind: 'unavailable', reason}
}

interface Listeners {
  readonly servers: readonly RunningServer[]
  readonly redirectUri: string
}

function toRedirect({servers, redirectUri}: Listeners, {login, ended}: Served): LoopbackRedirect {
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()))
  }
  return {
    kind: 'listening',
    redirectUri,
    receive: (state, trade) => login.receive(state, trade),
    async close() {
      login.cancel('The login was cancelled.')
      // The browser is still being told how it went.
      if (login.hasEnded()) await delay(GOODBYE_MS)
      if (!login.hasSucceeded() || ended.signal.aborted) return close()
      // A page that is loaded again is told the same; whoever wants the port gets it.
      for (const server of servers) server.unref()
      const timer = setTimeout(() => ended.abort(), LINGER_MS).unref()
      ended.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        void close()
      })
    },
  }
}

/** A login, and what tells that its port is wanted. */
interface Served {
  readonly login: WaitingLogin
  readonly ended: AbortController
}

type ListenOptions = Omit<LoopbackRedirectOptions, 'ports'> & {
  readonly answer: (request: Request, port: number) => Promise<Response>
}

/**
 * Listens where `localhost` may lead. A program on the other address would get the code, so when that
 * cannot be had, the redirect names the address that we do have.
 */
async function listen(
  port: number,
  options: ListenOptions,
): Promise<Listeners | NoLoopbackRedirect['reason']> {
  const first = await listenOn(port, '127.0.0.1', options)
  if (first === 'absent') return 'reserved'
  if (typeof first === 'string') return first
  if (port === ANY_PORT) {
    return {servers: [first], redirectUri: toRedirectUri(Number(first.url.port), '127.0.0.1')}
  }
  const second = await listenOn(port, '::1', options)
  const servers = typeof second === 'string' ? [first] : [first, second]
  const isForeign = second === 'busy' || second === 'reserved'
  return {servers, redirectUri: toRedirectUri(port, isForeign ? '127.0.0.1' : 'localhost')}
}

/** @returns `absent` where the machine has no such address. */
async function listenOn(
  port: number,
  address: '127.0.0.1' | '::1',
  {fetch, answer, delay: wait = delay}: ListenOptions,
): Promise<RunningServer | NoLoopbackRedirect['reason'] | 'absent'> {
  let attempts = PORT_ATTEMPTS
  for (let attempt = 0; attempt <= attempts; attempt += 1) {
    try {
      const server = await serve(
        (request) => answer(request, Number(server.url.port)),
        port,
        address,
      )
      return server
    } catch (error) {
      const code = toText(toJsonObject(error)['code']) ?? ''
      if (code === 'EACCES') return 'reserved'
      if (ABSENT.test(code)) return 'absent'
      if (code !== 'EADDRINUSE') throw error
    }
    // A login that ends at once may not get to answer, so there is a second look in any case.
    if (attempt === 0 && !(await askToEnd(port, address, fetch))) attempts = 1
    if (attempt < attempts) await wait(PORT_WAIT_MS)
  }
  return 'busy'
}

/** @returns Whether somebody answered who knows what a login is. */
async function askToEnd(
  port: number,
  address: '127.0.0.1' | '::1',
  fetch: FetchFunction,
): Promise<boolean> {
  const host = address === '::1' ? '[::1]' : address
  try {
    const call = {fetch, timeoutMs: CANCEL_TIMEOUT_MS, maxBytes: 0}
    const {ok} = await callJson(`http://${host}:${port}/cancel`, call)
    return ok
  } catch {
    // Whoever has the port does not speak HTTP, or does not answer: it is no login.
    return false
  }
}
