/**
 * The login that waits for a browser on a port of this machine.
 *
 * @module
 */
import {CodexError, LoginFailedError} from '../../errors.ts'
import {REDIRECT_PATH} from './redirect-uri.ts'
import {answerLoginPage, type LoginPage} from './login-page.ts'
import {isForLoopback, isFromBrowser, isPrefetch} from './loopback-request.ts'
import {parseRedirect} from './parse-redirect.ts'

/** Trades what the browser brought back, see `Login.trade`. */
export type Trade<Result> = (code: string, clientId?: string) => Promise<Result>

/** The one login that a listener serves. */
export interface WaitingLogin {
  answer(request: Request, port: number): Promise<Response>
  /** @see {@link LoopbackRedirect.receive} */
  receive<Result>(state: string, trade: Trade<Result>): Promise<Result>
  cancel(sentence: string): void
  /** Whether it worked, and a browser may ask for its last page again. */
  hasSucceeded(): boolean
  /** Whether a browser is told, or was told, how it ended. */
  hasEnded(): boolean
}

/** What a login says about its end. */
export interface WaitingLoginOptions {
  /** What the user goes back to, for the page at the end: for example `VS Code`. */
  readonly appName: string
  /** Called when another login asks for the port. */
  readonly onCancel: () => void
}

/** A page, and its status. */
interface Outcome {
  readonly page: LoginPage
  readonly status: number
}

interface Waiting {
  readonly state: string
  /** Trades the code, or fails; resolves when the user can be told. */
  readonly finish: (url: URL) => Promise<void>
  readonly fail: (error: Error) => void
  /** Of the first visit: a code works once, and a page that is loaded again shows the same. */
  outcome?: Promise<Outcome>
}

const NOTHING: Outcome = {page: {title: 'There is nothing here'}, status: 404}

/** Creates a login that is not waited for yet. */
export function createWaitingLogin({appName, onCancel}: WaitingLoginOptions): WaitingLogin {
  const current: {waiting?: Waiting; hasSucceeded?: true} = {}

  function cancel(sentence: string): void {
    current.waiting?.fail(new LoginFailedError(sentence))
    if (!current.waiting?.outcome) delete current.waiting
  }

  async function redirect(url: URL, request: Request): Promise<Outcome> {
    const {waiting} = current
    if (!waiting || url.searchParams.get('state') !== waiting.state) {
      const detail = `This page belongs to another login. Use the newest page, or start again in ${appName}.`
      return {page: {title: 'This login is not the one that waits', detail}, status: 400}
    }
    if (request.method !== 'GET' || isPrefetch(request)) {
      return {page: {title: 'Open this page to finish the login'}, status: 503}
    }
    waiting.outcome ??= finish(url, waiting, appName)
    return waiting.outcome
  }

  async function respond(request: Request, port: number): Promise<Outcome> {
    const {pathname, href} = new URL(request.url)
    if (!isForLoopback(request, port))
      return {page: {title: 'This is no page of yours'}, status: 403}
    if (request.method !== 'GET' && request.method !== 'HEAD') return NOTHING
    if (pathname === REDIRECT_PATH) return redirect(new URL(href), request)
    if (pathname !== '/cancel' || request.method !== 'GET') return NOTHING
    // Another login asks in this way, and no page of the web may.
    if (isFromBrowser(request))
      return {page: {title: 'Cancel the login where it began'}, status: 403}
    cancel('Another login was started. Only the newest one counts.')
    onCancel()
    return {page: {title: 'The login was cancelled'}, status: 200}
  }

  return {
    async answer(request, port) {
      const {page, status} = await respond(request, port)
      const response = answerLoginPage(page, status)
      return request.method === 'HEAD' ? new Response(null, response) : response
    },
    cancel,
    hasSucceeded: () => current.hasSucceeded === true,
    hasEnded: () => current.waiting?.outcome !== undefined,
    receive: (state, trade) =>
      new Promise((resolve, reject) => {
        const finishLogin = async (url: URL) => {
          const result = Promise.resolve().then(() => {
            const {code, clientId} = parseRedirect(url.href, state)
            return trade(code, clientId)
          })
          void result.then(resolve, reject)
          await result
          current.hasSucceeded = true
        }
        current.waiting = {state, finish: finishLogin, fail: reject}
      }),
  }
}

async function finish(url: URL, waiting: Waiting, appName: string): Promise<Outcome> {
  try {
    await waiting.finish(url)
    const detail = `You can close this page and go back to ${appName}.`
    return {page: {title: 'You are logged in', detail}, status: 200}
  } catch (error) {
    const detail =
      error instanceof CodexError
        ? `${error.message} Go back to ${appName} for what to do next.`
        : `${appName} says more about it.`
    return {page: {title: 'The login did not work', detail}, status: 400}
  }
}
