/**
 * Keeps the models as the account has them.
 *
 * @module
 */
import {toErrorName} from '../errors.ts'
import type {Clock} from '../base/clock.ts'
import type {FetchFunction} from '../http/fetch.ts'
import type {Log} from '../base/log.ts'
import type {AskingAccount} from '../codex/account-headers.ts'
import {CODEX_CLIENT_VERSION, type CodexClient} from '../codex/codex-client.ts'
import {createLiveCatalogue, createStaticCatalogue} from './model-catalogue.ts'
import type {ModelCatalogue} from './model-info.ts'
import type {ModelSnapshot} from './model-snapshot.ts'

/** How long a list is taken for true, in milliseconds; as long as the official client does. */
const FRESH_MS = 300_000

/** The least time between two questions that answers cause, in milliseconds. */
const SPACING_MS = 60_000

/** Where the last list is kept. A failure is the caller's to handle: it costs one more question. */
export interface ModelCache {
  /** What was written last; `undefined` when it is missing or damaged. */
  read(): Promise<ModelSnapshot | undefined>
  write(snapshot: ModelSnapshot): Promise<void>
  clear(): Promise<void>
}

/** An account, as far as its models are concerned. */
export interface ModelAccount extends AskingAccount {
  readonly id: string
  /** Set when the account cannot be asked before a new login. */
  readonly loginRequired?: unknown
}

/** Whose models, and how to ask for them. */
export interface LiveModelsOptions extends Pick<CodexClient, 'userAgent'> {
  readonly cache: ModelCache
  /** The list is that of the first Codex login that works, or of an app: Codex tells more about its models. */
  readonly store: {list(): Promise<readonly ModelAccount[]>}
  readonly accessTokens: {get(accountId: string): Promise<string>}
  /** Base URL of the backend. */
  readonly url: string
  /** Base URL of the API for apps. Default: that of OpenAI. */
  readonly appUrl?: string | undefined
  /** Default: that of this release. */
  readonly clientVersion?: string
  readonly fetch: FetchFunction
  readonly now: Clock
  readonly log: Log
}

/**
 * The models of the account that is used first. Nothing here throws or rejects, and no request waits
 * for it: whatever fails, the models are those that were known before.
 */
export class LiveModels {
  readonly #options: LiveModelsOptions
  readonly #stopped = new AbortController()
  #snapshot: ModelSnapshot | undefined
  #catalogue = createStaticCatalogue()
  #loading: Promise<void> | undefined
  #asking: Promise<void> | undefined
  #askedAtMs = -Infinity
  /** A tag that a new list did not have, so it belongs to another account. */
  #strangeEtag: string | undefined

  constructor(options: LiveModelsOptions) {
    this.#options = options
  }

  /** The models as they are known now. */
  get catalogue(): ModelCatalogue {
    return this.#catalogue
  }

  /** Reads the list of the last time, once. It does not use the network. */
  load(): Promise<void> {
    this.#loading ??= this.#readCache()
    return this.#loading
  }

  /** Asks the backend. Whoever calls while it is being asked gets the same answer. */
  async reload(): Promise<void> {
    await this.load()
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    await this.#asking
  }

  /** Asks the backend when the list is older than five minutes, or not of this account and client. */
  async reloadIfStale(): Promise<void> {
    await this.load()
    const account = await this.#readAccount()
    if (account && !this.#isFresh(account)) await this.reload()
  }

  /** Takes notice of a login or a logout. The backend is asked in the background. */
  async accountsChanged(): Promise<void> {
    await this.load()
    await this.#readAccount()
    // An answer that is on its way may be that of the account before.
    const before = this.#asking ?? Promise.resolve()
    void before.then(() => this.reload())
  }

  /** Takes notice of the tag that an answer carried. The backend is asked in the background. */
  noticeEtag(etag: string): void {
    void this.#followEtag(etag)
  }

  /** Ends what is under way, and starts nothing more. */
  stop(): void {
    this.#stopped.abort()
  }

  async #readCache(): Promise<void> {
    const {cache} = this.#options
    const snapshot = await this.#attempt(() => cache.read())
    if (snapshot) this.#use(snapshot)
  }

  async #followEtag(etag: string): Promise<void> {
    await this.load()
    const isKnown = etag === this.#snapshot?.etag || etag === this.#strangeEtag
    if (isKnown || this.#options.now() - this.#askedAtMs < SPACING_MS) return
    const before = this.#snapshot
    await this.reload()
    const isAnswered = this.#snapshot !== before
    if (isAnswered && this.#snapshot?.etag !== etag) this.#strangeEtag = etag
  }

  /** The account to ask for. With the last account, its models go as well. */
  async #readAccount(): Promise<ModelAccount | undefined> {
    const {cache, store} = this.#options
    const accounts = await this.#attempt(() => store.list())
    if (accounts?.length === 0 && this.#snapshot) {
      this.#snapshot = undefined
      this.#catalogue = createStaticCatalogue()
      await this.#attempt(() => cache.clear())
    }
    const working = accounts?.filter(({loginRequired}) => loginRequired === undefined)
    return working?.find(({tokens}) => tokens?.app === undefined) ?? working?.[0]
  }

  async #ask(): Promise<void> {
    const {cache} = this.#options
    if (this.#stopped.signal.aborted) return
    const account = await this.#readAccount()
    if (!account) return
    this.#askedAtMs = this.#options.now()
    const snapshot = await this.#attempt(() => this.#fetch(account))
    if (!snapshot || this.#stopped.signal.aborted) return
    const current = await this.#readAccount()
    if (current?.id !== account.id) return
    this.#use(snapshot)
    await this.#attempt(() => cache.write(snapshot))
  }

  async #fetch(account: ModelAccount): Promise<ModelSnapshot | undefined> {
    const {accessTokens, appUrl, fetch, log, now, url, userAgent} = this.#options
    const {id} = account
    const clientVersion = this.#clientVersion
    const accessToken = await accessTokens.get(id)
    const {fetchModels} = await import('./fetch-models.ts')
    const {signal} = this.#stopped
    const client = {url, appUrl, account, accessToken, clientVersion, userAgent}
    const answer = await fetchModels({...client, fetch, signal})
    if (answer.kind === 'models') {
      const {list} = answer
      return {...list, accountId: id, clientVersion, takenAtMs: now()}
    }
    log.debug('The models were not listed', {status: answer.status})
    return undefined
  }

  #use(snapshot: ModelSnapshot): void {
    this.#snapshot = snapshot
    this.#catalogue = createLiveCatalogue(snapshot.models)
  }

  #isFresh(account: ModelAccount): boolean {
    const {accountId, clientVersion, takenAtMs = -Infinity} = this.#snapshot ?? {}
    const ageMs = this.#options.now() - takenAtMs
    // A clock that was set back must not keep a list for ever.
    const isRecent = ageMs >= 0 && ageMs < FRESH_MS
    return isRecent && accountId === account.id && clientVersion === this.#clientVersion
  }

  get #clientVersion(): string {
    return this.#options.clientVersion ?? CODEX_CLIENT_VERSION
  }

  async #attempt<Value>(task: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await task()
    } catch (error) {
      this.#options.log.debug('The models stay as they are', {name: toErrorName(error)})
      return undefined
    }
  }
}
