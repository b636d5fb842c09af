/**
 * A login that a page has started, as the page is told of it.
 *
 * @module
 */
import type {DevicePollOptions} from '../../oauth/device-code.ts'

/**
 * With a code that is typed on any device, or with the browser that comes back by itself; `app` is the same by "Sign in
 * with ChatGPT", which is another kind of login.
 */
export type LoginWay = 'app' | 'browser' | 'code'

/** What a user has to know while the login waits. */
export interface WaitingPageLogin {
  /** The page to open. */
  readonly url: string
  /** What to type there; absent where nothing has to be typed. */
  readonly userCode?: string
  /** When it is over by itself (milliseconds since the Unix epoch). */
  readonly expiresAtMs: number
  /** Whether the browser can come back by itself, if it runs on the machine of the gateway. */
  readonly isListening?: boolean
}

/** A login. It never holds a token. */
export interface PageLogin extends Partial<WaitingPageLogin> {
  /** Tells logins apart. */
  readonly id: string
  readonly way: LoginWay
  /** The id of the account that is to be logged in again; absent where anybody may log in. */
  readonly again?: string
  readonly status: 'failed' | 'starting' | 'succeeded' | 'waiting'
  /** Why it has failed, as a sentence. */
  readonly problem?: string
  /** The name of the account that is logged in. */
  readonly account?: string
}

/** What a way to log in works with. */
export interface LoginCall {
  readonly request: DevicePollOptions & {readonly signal: AbortSignal}
  readonly show: (waiting: WaitingPageLogin) => void
}

/**
 * Takes what a user has pasted.
 *
 * @throws {RedirectInvalidError} It is no answer to this login.
 */
export type TakePaste = (text: string) => void
