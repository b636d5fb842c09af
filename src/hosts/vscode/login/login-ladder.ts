/**
 * Which way to log in is tried first, by what a window can do.
 *
 * @module
 */
import {isLoopbackHost} from '../../../base/loopback.ts'

/** How a user logs in. */
export type LoginMethod =
  /** The browser hands the login over to a port of the machine that the extension runs on. */
  | 'browser'
  /** As an app that OpenAI calls "Sign in with ChatGPT": another kind of login, which comes back like the first. */
  | 'app'
  /** A short code is typed on any device. */
  | 'code'
  /** The address at the end of the login is pasted. */
  | 'paste'

/** How the user's browser reaches a port of the machine that the extension runs on. */
export type PortReach =
  /** It is the same machine. */
  | 'same machine'
  /** The editor forwards the port, under the same number. */
  | 'forwarded'
  /** The editor itself is a page from a loopback address: of this machine, or of a tunnel to another. */
  | 'loopback page'
  /** Not under its own number and name, which is what the login page sends the browser to. */
  | 'out of reach'

/**
 * The ways, best first. Beside them, a login that waits also takes an address that the editor hands to
 * the extension (`vscode://…/auth/callback?code=…&state=…`), whichever way it was begun.
 */
export const LOGIN_LADDERS: Readonly<Record<PortReach, readonly LoginMethod[]>> = {
  'same machine': ['browser', 'paste', 'code'],
  forwarded: ['browser', 'code', 'paste'],
  'loopback page': ['browser', 'code', 'paste'],
  'out of reach': ['code', 'paste'],
}

/** A window, as far as logins are concerned. */
export interface LoginWindow {
  /** Whether the editor is a page in a browser. */
  readonly isWeb: boolean
  /** Whether the extension runs where the editor's window is. */
  readonly isLocal: boolean
  /** The address that the user's browser needs for one of the machine that the extension runs on. */
  readonly toExternal: (address: string) => Promise<URL>
  /** An address that the editor hands to the extension; in a browser it becomes one of the page. */
  readonly ownAddress: string
}

/** Finds out how the browser reaches a port. */
export async function findPortReach(
  {isWeb, isLocal, ownAddress, toExternal}: LoginWindow,
  port: number,
): Promise<PortReach> {
  if (isWeb) {
    const page = await toExternal(ownAddress)
    return isLoopbackHost(page.hostname) ? 'loopback page' : 'out of reach'
  }
  if (isLocal) return 'same machine'
  // Asking makes the editor forward the port, so it is asked only where that is needed.
  const reached = await toExternal(`http://localhost:${port}`)
  return isLoopbackHost(reached.hostname) && Number(reached.port) === port
    ? 'forwarded'
    : 'out of reach'
}
