/**
 * Everything that a page, or a program, can ask of a connector, without HTTP.
 *
 * @module
 */
import type {TokenSet} from '../../oauth/token-set.ts'
import type {AccountPlace, AccountState, StateOptions} from '../accounts/account-place.ts'
import {ConnectorError} from '../connector-error.ts'
import type {CliInfo, LoginDriver} from '../drivers/login-driver.ts'
import type {FlowAccount, Flow} from '../flow/flow.ts'
import type {FlowBook, FlowListener, FlowWait, LogIn} from '../flow/flow-book.ts'
import type {ApiKeyEntry, ConnectorUser, KeyVault} from './connector-hooks.ts'
import {createTurns, type TakeTurn} from './create-turns.ts'

/** How long a new login may take to show its code before it is answered as it is, in milliseconds. */
const CODE_TIMEOUT_MS = 20_000

/** How many logins are stored at once: the file system has few threads, and each login takes several locks. */
const MAX_STORING = 3

/** Asks a connector. */
export interface Operations {
  readonly isSimulated: boolean
  /**
   * Starts a login, or finds the one that the user has started and not ended.
   *
   * @returns Once there is a code, or the login is over; after 20 seconds as it is.
   * @throws {ConnectorError} `busy`: another user logs in to the same accounts.
   */
  startLogin(user: ConnectorUser): Promise<Flow>
  /** A login that this user has started. */
  getLogin(user: ConnectorUser, id: string): Promise<Flow | undefined>
  /** The same, once it has changed or the time is up. */
  waitForLogin(user: ConnectorUser, id: string, wait: FlowWait): Promise<Flow | undefined>
  /** Ends a login. */
  cancelLogin(user: ConnectorUser, id: string): Promise<'canceled' | 'notFound'>
  /** Whether an account is connected. A simulation never has one. */
  getStatus(user: ConnectorUser, options?: StateOptions): Promise<AccountState>
  /** The official CLI, where it does the logins. */
  findCli(): Promise<CliInfo | undefined>
  /** Refreshes the tokens of the connected account. */
  refresh(user: ConnectorUser, signal?: AbortSignal): Promise<FlowAccount>
  /** Ends the login of the connected account, and a login that is under way. */
  logOut(user: ConnectorUser): Promise<boolean>
  /**
   * Stores an API key.
   *
   * @returns Whether the provider is the active one now.
   * @throws {ConnectorError} `api_key_unsupported`: there is nowhere to store it.
   */
  loginWithApiKey(user: ConnectorUser, entry: ApiKeyEntry): Promise<boolean>
  /** Tells of each change of a login. */
  subscribe(listener: FlowListener): () => void
  close(): Promise<void>
}

/** The parts. */
export interface OperationsOptions {
  readonly book: FlowBook
  readonly driver: LoginDriver
  readonly place: (user: ConnectorUser) => AccountPlace
  readonly vault?: KeyVault | undefined
  /** Ends a login whose user was faster with the cancel button than the server with the tokens. */
  readonly revoke: (tokens: TokenSet) => Promise<unknown>
  readonly close: () => void
}

/** A simulation has no account, whatever is stored. */
const NOBODY: AccountState = {isAuthenticated: false, method: 'none', isVerified: false}

/** Puts the operations together. */
export function createOperations(options: OperationsOptions): Operations {
  const {book, driver, place, vault} = options
  const {isSimulated} = driver
  const takeTurn = createTurns(MAX_STORING)

  async function getStatus(user: ConnectorUser, wait?: StateOptions): Promise<AccountState> {
    if (isSimulated) return NOBODY
    const home = place(user)
    const state = await home.state(wait)
    if (state.isAuthenticated) return state
    if (await vault?.has(user)) return {isAuthenticated: true, method: 'api_key', isVerified: false}
    const method = (await driver.readKeyring?.(home.location)) ?? 'none'
    return method === 'none' ? state : {isAuthenticated: true, method, isVerified: false}
  }

  return {
    isSimulated,
    getStatus,
    async startLogin(user) {
      const home = place(user)
      const logIn = createLogIn(options, {home, takeTurn})
      const request = {owner: user.id, home: home.key, isSimulated, logIn}
      const {id, version, ...flow} = book.start(request)
      const timeoutMs = CODE_TIMEOUT_MS
      const isKnown = flow.status !== 'starting'
      const later = isKnown ? undefined : await book.wait(id, user.id, {version, timeoutMs})
      return later ?? {id, version, ...flow}
    },
    getLogin: (user, id) => book.get(id, user.id),
    waitForLogin: (user, id, wait) => book.wait(id, user.id, wait),
    cancelLogin: (user, id) => book.cancel(id, user.id),
    findCli: async () => driver.findCli?.(),
    async refresh(user, signal) {
      if (isSimulated) throw new ConnectorError('account_required')
      return place(user).refresh(signal)
    },
    async logOut(user) {
      const home = place(user)
      await book.cancelAll(home.key, user.id)
      return isSimulated ? false : home.logOut()
    },
    async loginWithApiKey(user, entry) {
      if (isSimulated) throw new ConnectorError('api_key_unsupported')
      if (vault) return vault.store(user, entry)
      if (!driver.logInWithApiKey) throw new ConnectorError('api_key_unsupported')
      await driver.logInWithApiKey(place(user).location, entry.apiKey)
      return true
    },
    subscribe: (listener) => book.subscribe(listener),
    async close() {
      await book.close()
      options.close()
    },
  }
}

function createLogIn(
  {driver, revoke}: OperationsOptions,
  {home, takeTurn}: {readonly home: AccountPlace; readonly takeTurn: TakeTurn},
): LogIn {
  return async ({onCode, settle, signal}) => {
    const result = await driver.logIn(home.location, {onCode, signal})
    if (result.kind === 'simulated') return 'simulated'
    return takeTurn(async () => {
      try {
        settle()
      } catch (error) {
        if (result.kind === 'tokens') await revoke(result.tokens)
        throw error
      }
      return home.keep(result)
    })
  }
}
