/**
 * Accounts in folders, as `cao` and the editors use them, or in one CODEX_HOME, as the official CLI does.
 *
 * @module
 */
import path from 'node:path'
import type {Account} from '../../accounts/account.ts'
import {isLink} from '../../accounts/directories/account-folder.ts'
import {createAccountDirectories} from '../../accounts/directories/account-directories.ts'
import {
  createDirectoryAccountStore,
  type DirectoryAccountStore,
} from '../../accounts/directories/directory-account-store.ts'
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import {createCodexAccess, type CodexAccess} from '../../engine/codex-access.ts'
import type {FetchFunction} from '../../http/fetch.ts'
import {revokeTokens} from '../../oauth/revoke.ts'
import {ConnectorError} from '../connector-error.ts'
import type {DriverResult} from '../drivers/login-driver.ts'
import type {PlaceLocation} from '../drivers/place-location.ts'
import type {FlowAccount} from '../flow/flow.ts'
import type {AccountPlace, AccountState, StateOptions} from './account-place.ts'
import {createFolderKeeper, createHomeKeeper, type LoginKeeper} from './login-keeper.ts'
import {createVerifier, type Verdict, type Verifier} from './verifier.ts'

/** The effects. */
export interface AccountPlaceOptions {
  readonly location: PlaceLocation
  readonly process: Pick<NodeJS.Process, 'arch' | 'env' | 'platform'>
  readonly fetch: FetchFunction
  readonly now: Clock
  readonly log: Log
}

/** Creates a place. Nothing is read before it is asked for. */
export function createAccountPlace(options: AccountPlaceOptions): AccountPlace {
  return new Place(options)
}

interface Opened {
  readonly store: DirectoryAccountStore
  readonly keeper: LoginKeeper
  readonly access: CodexAccess
  readonly verifier: Verifier
}

class Place implements AccountPlace {
  readonly key: string
  readonly location: PlaceLocation
  readonly #options: AccountPlaceOptions
  #opened: Opened | undefined

  constructor(options: AccountPlaceOptions) {
    this.#options = options
    this.key = path.resolve(options.location.folder)
    this.location = {...options.location, folder: this.key}
  }

  async state({verify = false, signal}: StateOptions = {}): Promise<AccountState> {
    const account = await this.#first()
    if (!account) return this.#stateWithoutAccount()
    const {verifier} = this.#open()
    return toState(account, await (verify ? verifier.ask(account, signal) : verifier.last(account)))
  }

  async keep(result: DriverResult): Promise<FlowAccount> {
    const {keeper, store, verifier} = this.#open()
    const id = await keeper.keep(result)
    // The CLI may have stored it just now, in a file that looks unchanged.
    await store.reload(id ?? '')
    const accounts = await store.list()
    const account = id === undefined ? accounts[0] : accounts.find((one) => one.id === id)
    // The CLI may keep it in the keyring of the system.
    if (!account && result.kind === 'stored') return {authRef: `account:${path.basename(this.key)}`}
    if (!account) throw new ConnectorError('storage_failed')
    verifier.confirm(account)
    return describe(account)
  }

  async refresh(signal?: AbortSignal): Promise<FlowAccount> {
    const account = await this.#first()
    if (!account) throw new ConnectorError('account_required')
    const {access, store, verifier} = this.#open()
    const wait = signal ? {signal} : {}
    await access.accessTokens.renew(account.id, account.tokens.accessToken, wait)
    const fresh = (await store.reload(account.id)) ?? account
    verifier.confirm(fresh)
    return describe(fresh)
  }

  async logOut(): Promise<boolean> {
    const account = await this.#first()
    const {access, keeper, store, verifier} = this.#open()
    if (!account) {
      const isThere = (await keeper.other()).kind !== 'missing'
      if (isThere) await keeper.removeOther()
      return isThere
    }
    const current = (await store.reload(account.id)) ?? account
    // What a link leads to is a login of somebody else, who goes on using it.
    const isElsewhere = current.home !== undefined && (await isLink(current.home))
    await keeper.remove(current)
    verifier.forget(account.id)
    await store.reload(account.id)
    if (isElsewhere && this.location.kind === 'directories') return true
    // It is forgotten first: a logout must not depend on the network.
    const isRevoked = await revokeTokens(current.tokens, access.tokenRequest)
    if (!isRevoked)
      this.#options.log.warn('A login could not be revoked at the server; it will expire')
    return true
  }

  close(): void {
    this.#opened?.store.close()
    this.#opened = undefined
  }

  #open(): Opened {
    this.#opened ??= open(this.key, this.#options)
    return this.#opened
  }

  async #first(): Promise<Account | undefined> {
    const [first] = await this.#open().store.list()
    return first
  }

  async #stateWithoutAccount(): Promise<AccountState> {
    const {kind} = await this.#open().keeper.other()
    if (kind === 'api_key') return {isAuthenticated: true, method: 'api_key', isVerified: false}
    const isDamaged = kind === 'damaged' || kind === 'unreadable'
    return {
      isAuthenticated: false,
      method: 'none',
      isVerified: false,
      ...(isDamaged && {problem: 'storage_failed' as const}),
    }
  }
}

function open(folder: string, {location, ...options}: AccountPlaceOptions): Opened {
  const isHome = location.kind === 'codex-home'
  // A CODEX_HOME has no registry: a folder that is never made stands for an empty one.
  const base = isHome ? path.join(folder, '.no-accounts') : folder
  const directories = createAccountDirectories({base, ...options})
  const extraHomes = () => (isHome ? [folder] : [])
  const store = createDirectoryAccountStore({directories, extraHomes, ...options})
  const access = createCodexAccess({...options, store})
  const keeper = isHome
    ? createHomeKeeper(folder, directories)
    : createFolderKeeper(directories, store)
  return {store, access, keeper, verifier: createVerifier({...options, ...access})}
}

function toState(account: Account, verdict: Verdict | undefined): AccountState {
  const isEnded = account.loginRequired !== undefined || verdict?.isRejected === true
  const state = {method: 'chatgpt', account: describe(account, verdict?.plan)} as const
  if (isEnded) {
    return {...state, isAuthenticated: false, isVerified: false, problem: 'login_required'}
  }
  const windows = verdict?.windows
  const isVerified = verdict !== undefined
  return withoutUndefined({...state, isAuthenticated: true, isVerified, windows})
}

/** What a page may know of an account. */
function describe({email, home = '', plan}: Account, newerPlan = plan): FlowAccount {
  return withoutUndefined({email, plan: newerPlan, authRef: `account:${path.basename(home)}`})
}
