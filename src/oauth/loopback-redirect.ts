/**
 * Catching the redirect of a login on this machine (RFC 8252 §7.3).
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/server.rs}
 */
import {CodexError, LoginFailedError} from '../errors.ts'
import {delay} from '../http/delay.ts'
import type {FetchFunction} from '../http/fetch.ts'
import {toJsonObject} from '../http/json-object.ts'
import {serve, type RunningServer} from '../http/serve.ts'
import {REDIRECT_PATH, REDIRECT_PORTS, toRedirectUri} from './authorization-server.ts'
import {answerLoginPage} from './login-page.ts'
import {parseRedirect} from './redirect.ts'

/** How often to look whether an earlier login has left its port. */
const PORT_ATTEMPTS = 10

/** How long to wait between two looks, in milliseconds. */
const PORT_WAIT_MS = 200

/** The longest that an earlier login may take to answer, in milliseconds. */
const CANCEL_TIMEOUT_MS = 1000

/** What {@link openLoopbackRedirect} needs from outside. */
export interface LoopbackRedirectOptions {
  readonly fetch: FetchFunction
  /** What the person goes back to, for the page at the end: for example `VS Code`. */
  readonly appName: string
  /** Default: those that are registered. */
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
   * @throws {RedirectInvalidError} The person refused, or the login page has another reason.
   * @throws {LoginFailedError} Another login was started, or the listener was closed.
   * @throws What `trade` throws.
   */
  receive<Result>(state: string, trade: (code: string) => Promise<Result>): Promise<Result>
  /** Stops listening. */
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
  const login = createWaitingLogin(options.appName)
  let reason: NoLoopbackRedirect['reason'] = 'busy'
  for (const port of ports) {
    // One after the other: the second is for when the first cannot be had.
    // oxlint-disable-next-line no-await-in-loop
    const server = await listen(port, {...options, answer: (request) => login.answer(request)})
    if (typeof server === 'string') reason = server
    else return toRedirect(port, server, login)
  }
  return {kind: 'unavailable', reason}
}

function toRedirect(port: number, server: RunningServer, login: WaitingLogin): LoopbackRedirect {
  return {
    kind: 'listening',
    redirectUri: toRedirectUri(port),
    receive: (state, trade) => login.receive(state, trade),
    async close() {
      login.cancel('The login was cancelled.')
      await server.close()
    },
  }
}

type ListenOptions = Omit<LoopbackRedirectOptions, 'ports'> & {
  readonly answer: (request: Request) => Promise<Response>
}

async function listen(
  port: number,
  {fetch, answer, delay: wait = delay}: ListenOptions,
): Promise<RunningServer | NoLoopbackRedirect['reason']> {
  let attempts = PORT_ATTEMPTS
  for (let attempt = 0; attempt <= attempts; attempt += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- a port can only be tried again once it was refused
      return await serve(answer, port)
    } catch (error) {
      const code = toJsonObject(error)['code']
      if (code === 'EACCES') return 'reserved'
      if (code !== 'EADDRINUSE') throw error
    }
    // A login that ends at once may not get to answer, so there is a second look in any case.
    // oxlint-disable-next-line no-await-in-loop
    if (attempt === 0 && !(await askToEnd(port, fetch))) attempts = 1
    // oxlint-disable-next-line no-await-in-loop
    if (attempt < attempts) await wait(PORT_WAIT_MS)
  }
  return 'busy'
}

/** @returns Whether somebody answered who knows what a login is. */
async function askToEnd(port: number, fetch: FetchFunction): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(CANCEL_TIMEOUT_MS)
    const response = await fetch(`http://127.0.0.1:${port}/cancel`, {redirect: 'manual', signal})
    await response.body?.cancel()
    return response.ok
  } catch {
    // Whoever has the port does not speak HTTP, or does not answer: it is no login.
    return false
  }
}

/** The one login that a listener serves. */
interface WaitingLogin {
  answer(request: Request): Promise<Response>
  receive: LoopbackRedirect['receive']
  cancel(sentence: string): void
}

interface Waiting {
  readonly state: string
  /** Trades the code, or fails; resolves when the person can be told. */
  readonly finish: (url: URL) => Promise<void>
  readonly fail: (error: Error) => void
}

function createWaitingLogin(appName: string): WaitingLogin {
  const current: {waiting?: Waiting | undefined} = {}

  function cancel(sentence: string): void {
    current.waiting?.fail(new LoginFailedError(sentence))
    current.waiting = undefined
  }

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    if (request.method !== 'GET') return answerLoginPage({title: 'There is nothing here'}, 404)
    if (url.pathname === '/cancel') {
      cancel('Another login was started. Only the newest one counts.')
      return answerLoginPage({title: 'The login was cancelled'})
    }
    if (url.pathname !== REDIRECT_PATH)
      return answerLoginPage({title: 'There is nothing here'}, 404)
    const {waiting} = current
    if (!waiting || url.searchParams.get('state') !== waiting.state) {
      const detail = `This page belongs to another login. Use the newest page, or start again in ${appName}.`
      return answerLoginPage({title: 'This login is not the one that waits', detail}, 400)
    }
    // A code works once, so a second visit with it is that of an older page.
    current.waiting = undefined
    try {
      await waiting.finish(url)
      return answerLoginPage({
        title: 'You are signed in',
        detail: `You can close this page and go back to ${appName}.`,
      })
    } catch (error) {
      const detail = error instanceof CodexError ? error.message : `${appName} says more about it.`
      return answerLoginPage({title: 'The login did not work', detail}, 400)
    }
  }

  return {
    answer,
    cancel,
    receive: (state, trade) =>
      new Promise((resolve, reject) => {
        current.waiting = {
          state,
          async finish(url) {
            const result = Promise.resolve().then(() => trade(parseRedirect(url.href, state).code))
            void result.then(resolve, reject)
            await result
          },
          fail: reject,
        }
      }),
  }
}
