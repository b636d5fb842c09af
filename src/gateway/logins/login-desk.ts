/**
 * Logging in and out from a page, one login at a time.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import {toAccount, type AccountStore} from '../../accounts/account.ts'
import {toAppLogin} from '../../accounts/to-app-login.ts'
import {isLink} from '../../accounts/directories/account-folder.ts'
import type {Log} from '../../base/log.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import {CodexError, RedirectInvalidError, toErrorName} from '../../errors.ts'
import type {DevicePollOptions} from '../../oauth/device-code.ts'
import {revokeTokens} from '../../oauth/revoke.ts'
import type {AppLogin} from '../../oauth/login.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import {wordError, type AdviceWords} from '../../responses/refusal/word-error.ts'
import {logInWithBrowser} from './log-in-with-browser.ts'
import {logInWithCode} from './log-in-with-code.ts'
import type {LoginCall, LoginWay, PageLogin, TakePaste} from './page-login.ts'

/** What to do about an error, on the page. */
const ADVICE_WORDS: AdviceWords = {
  check_network: 'check the connection and the proxy of the gateway',
  log_in: 'start the login again',
  log_in_again: 'start the login again',
  retry_login: 'start the login again, and use the newest page',
}

/** Where logins go, and the effects. */
export interface LoginDeskOptions {
  /** For requests to the authorization server. */
  readonly tokenRequest: Omit<DevicePollOptions, 'delay' | 'signal'>
  readonly delay: DevicePollOptions['delay']
  /** Where the accounts are. */
  readonly accounts: Pick<AccountStore, 'add' | 'reload' | 'remove'>
  /** Ports that the browser may come back to. Default: those that are registered. */
  readonly redirectPorts?: readonly number[] | undefined
  /** Who this installation is, where an app logs in. */
  readonly hostId: () => Promise<string>
  /** How the user calls an account; its id is given. */
  readonly toName: (accountId: string) => string
  readonly log: Log
}

/** Logs in and out. */
export interface LoginDesk {
  /** The login that was started last, until it is dismissed. */
  current(): PageLogin | undefined
  /**
   * Starts a login. One that is under way is over.
   *
   * @param again The account that is to be logged in again: an app stays the same app. Default: whoever logs in.
   */
  start(way: LoginWay, again?: string): void
  /**
   * Takes the address that the browser has ended on.
   *
   * @returns What is wrong with it, as a sentence; the login goes on then.
   */
  paste(text: string): string | undefined
  /** Ends the login that is under way, or forgets the one that has ended. */
  dismiss(): void
  /**
   * Ends the login of an account, here and at the server.
   *
   * @returns Whether there was one.
   * @throws {StorageError} It could not be removed; it is still there.
   */
  logOut(accountId: string): Promise<boolean>
  /** Ends the login that is under way. Never rejects. */
  close(): Promise<void>
}

/**
 * Creates a desk.
 *
 * @param onChange Told of each change of the login. Must not throw.
 */
export function createLoginDesk(options: LoginDeskOptions, onChange: () => void): LoginDesk {
  return new Desk(options, onChange)
}

interface Attempt {
  login: PageLogin
  readonly end: AbortController
  paste: TakePaste | undefined
  done: Promise<void>
}

class Desk implements LoginDesk {
  readonly #options: LoginDeskOptions
  readonly #onChange: () => void
  #attempt: Attempt | undefined

  constructor(options: LoginDeskOptions, onChange: () => void) {
    this.#options = options
    this.#onChange = onChange
  }

  current(): PageLogin | undefined {
    return this.#attempt?.login
  }

  start(way: LoginWay, again?: string): void {
    const before = this.#attempt
    before?.end.abort()
    const attempt: Attempt = {
      login: withoutUndefined({
        id: randomBytes(8).toString('hex'),
        way,
        again,
        status: 'starting' as const,
      }),
      end: new AbortController(),
      paste: undefined,
      done: Promise.resolve(),
    }
    this.#attempt = attempt
    // The one before may still hold the port that the browser comes back to.
    attempt.done = (before?.done ?? Promise.resolve()).then(() => this.#run(attempt))
    this.#onChange()
  }

  paste(text: string): string | undefined {
    const {paste} = this.#attempt ?? {}
    if (!paste) return 'No login waits for an address. Start one first.'
    try {
      paste(text)
      return undefined
    } catch (error) {
      if (error instanceof RedirectInvalidError) return error.message
      throw error
    }
  }

  dismiss(): void {
    this.#attempt?.end.abort()
    this.#attempt = undefined
    this.#onChange()
  }

  async logOut(accountId: string): Promise<boolean> {
    const {accounts, log, tokenRequest} = this.#options
    const account = await accounts.reload(accountId)
    if (!account) return false
    // What a link leads to is a login of somebody else, who goes on using it.
    const isElsewhere = account.home !== undefined && (await isLink(account.home))
    await accounts.remove(accountId)
    this.#onChange()
    if (isElsewhere) return true
    // It is removed first: a logout must not depend on the network.
    const isRevoked = await revokeTokens(account.tokens, tokenRequest)
    if (!isRevoked) log.warn('A login could not be revoked at the server; it will expire')
    return true
  }

  async close(): Promise<void> {
    const {done, end} = this.#attempt ?? {}
    end?.abort()
    await done
  }

  async #run(attempt: Attempt): Promise<void> {
    const {signal} = attempt.end
    if (signal.aborted) return
    try {
      const tokens = await this.#logIn(attempt)
      attempt.paste = undefined
      if (signal.aborted) {
        await revokeTokens(tokens, this.#options.tokenRequest)
        return
      }
      await this.#keep(attempt, tokens)
    } catch (error) {
      if (!signal.aborted) this.#change(attempt, {status: 'failed', problem: this.#toWords(error)})
    }
  }

  async #logIn(attempt: Attempt): Promise<TokenSet> {
    const {delay, redirectPorts, tokenRequest} = this.#options
    const {signal} = attempt.end
    const call: LoginCall = {
      request: {...tokenRequest, delay, signal},
      show: (waiting) => this.#change(attempt, {status: 'waiting', ...waiting}),
    }
    if (attempt.login.way === 'code') return logInWithCode(call)
    return logInWithBrowser(call, {
      app: await this.#findApp(attempt),
      redirectPorts,
      takePastes: (paste) => void (attempt.paste = paste),
    })
  }

  async #findApp({login: {again, way}}: Attempt): Promise<AppLogin | undefined> {
    const {accounts, hostId} = this.#options
    const account = again === undefined ? undefined : await accounts.reload(again)
    if (!account?.tokens.app && way !== 'app') return undefined
    return toAppLogin(await hostId(), account)
  }

  async #keep(attempt: Attempt, tokens: TokenSet): Promise<void> {
    const {accounts, toName} = this.#options
    const account = toAccount(tokens)
    await accounts.add(account)
    await accounts.reload(account.id)
    this.#change(attempt, {status: 'succeeded', account: toName(account.id)})
  }

  /** What was shown before is over, but for what is named. */
  #change(attempt: Attempt, change: Partial<PageLogin> & Pick<PageLogin, 'status'>): void {
    const {again, id, way} = attempt.login
    attempt.login = withoutUndefined({id, way, again, ...change})
    if (this.#attempt === attempt) this.#onChange()
  }

  #toWords(error: unknown): string {
    if (error instanceof CodexError) return wordError(error, ADVICE_WORDS)
    this.#options.log.warn('A login failed for an unknown reason', {name: toErrorName(error)})
    return 'The login did not work. `cao gateway logs` says more.'
  }
}
