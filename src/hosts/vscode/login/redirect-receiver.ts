/**
 * Logins that wait for an address which the editor hands to the extension.
 *
 * @module
 */
import {LoginFailedError} from '../../../errors.ts'
import {parseRedirect, type Redirect} from '../../../oauth/redirect/parse-redirect.ts'

/** Waits for addresses. */
export interface RedirectReceiver {
  /**
   * Waits for the code of the login with this `state`.
   *
   * @throws {RedirectInvalidError} The user refused in the browser.
   * @throws The signal's reason, when it is aborted.
   */
  receive(state: string, signal: AbortSignal): Promise<Redirect>
  /** Hands over what came back. @returns Whether a login waits for it. */
  offer(query: string): boolean
}

/** Creates a receiver. Several logins may wait at once; each takes what has its own state. */
export function createRedirectReceiver(): RedirectReceiver {
  const waiting = new Map<string, (query: string) => void>()
  return {
    receive: (state, signal) =>
      new Promise((resolve, reject) => {
        const stop = () => {
          waiting.delete(state)
          reject(signal.reason ?? new LoginFailedError('The login was cancelled.'))
        }
        signal.addEventListener('abort', stop, {once: true})
        waiting.set(state, (query) => {
          waiting.delete(state)
          signal.removeEventListener('abort', stop)
          try {
            resolve(parseRedirect(query, state))
          } catch (error) {
            reject(error)
          }
        })
        if (signal.aborted) stop()
      }),
    offer(query) {
      const state = new URLSearchParams(query).get('state')
      const take = waiting.get(state ?? '')
      take?.(query)
      return take !== undefined
    },
  }
}
