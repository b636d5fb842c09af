/**
 * What the page knows, and how it stays up to date.
 *
 * @module
 */
import {signal} from '@preact/signals'
import type {FinishedRequest} from '../history/finished-request.ts'
import type {LoginWay} from '../logins/page-login.ts'
import type {AccountWish, PageHistory, PageKeyWish, PageState} from '../management/page-state.ts'
import {
  GatewayApi,
  GatewayRefusalError,
  KeyRefusedError,
  keepKey,
  takeKey,
  type GatewayEvent,
} from './gateway-api.ts'

/** Where the page is with its gateway. */
export type Connection =
  | {readonly kind: 'connecting'}
  | {readonly kind: 'live'}
  /** Since when (milliseconds since the Unix epoch). */
  | {readonly kind: 'lost'; readonly sinceMs: number}
  | {readonly kind: 'no-key'; readonly isRefused: boolean}

/** How many requests that have ended are shown. */
const MAX_FINISHED = 500

/** How long the page waits before it looks for the gateway again, in milliseconds. */
const AGAIN_MS = 2000

/** Everything that the page shows. It follows the gateway for as long as the page is open. */
export class PageStore {
  readonly connection = signal<Connection>({kind: 'connecting'})
  readonly state = signal<PageState | undefined>(undefined)
  /** Newest first. */
  readonly finished = signal<readonly FinishedRequest[]>([])
  /** The clock of the gateway, to the second (milliseconds since the Unix epoch). */
  readonly nowMs = signal(Date.now())
  /** What did not work, as a sentence. */
  readonly problem = signal<string | undefined>(undefined)
  /** Whether a login was started here, whose user looks for it now. */
  readonly isLoginOurs = signal(false)
  #api: GatewayApi | undefined
  #stop = new AbortController()
  #aheadMs = 0

  constructor() {
    setInterval(() => {
      this.nowMs.value = Date.now() + this.#aheadMs
    }, 1000)
    const key = takeKey()
    if (key === undefined) this.connection.value = {kind: 'no-key', isRefused: false}
    else this.#begin(key)
  }

  /** What is sent with a request to the gateway; nothing before there is a key. */
  get headers(): Readonly<Record<string, string>> {
    return this.#api?.headers ?? {}
  }

  useKey(key: string): void {
    keepKey(key)
    this.#begin(key)
  }

  async changeAccount(id: string, wish: AccountWish): Promise<void> {
    await this.#attempt((api) => api.post(`accounts/${encodeURIComponent(id)}`, wish))
  }

  async logOut(id: string): Promise<void> {
    await this.#attempt((api) => api.post(`accounts/${encodeURIComponent(id)}/logout`))
  }

  /** Starts a login, of an account again or of whoever logs in. How far it is comes with the state. */
  async startLogin(way: LoginWay, again?: string): Promise<void> {
    this.isLoginOurs.value = true
    await this.#attempt((api) => api.post('login', {way, again}))
  }

  /** Hands over the address that the browser has ended on. */
  async pasteLogin(text: string): Promise<void> {
    await this.#attempt((api) => api.post('login/paste', {text}))
  }

  /** Ends the login, or forgets how it has ended. */
  async dismissLogin(): Promise<void> {
    await this.#attempt((api) => api.post('login/dismiss'))
  }

  /** @returns The key, which is never told again; `undefined` when it could not be made, which is said. */
  async addKey(wish: PageKeyWish): Promise<string | undefined> {
    return (await this.#attempt((api) => api.post('keys', wish)))?.key
  }

  async revokeKey(id: string): Promise<void> {
    await this.#attempt((api) => api.post(`keys/${encodeURIComponent(id)}/revoke`))
  }

  /** Asks the backend what is left of every account. */
  async reload(): Promise<void> {
    await this.#attempt((api) => api.post('reload'))
  }

  /** @returns `undefined` when it could not be loaded, which is said. */
  async loadHistory(days: number): Promise<PageHistory | undefined> {
    return this.#attempt((api) => api.get(`history?days=${days}`))
  }

  #begin(key: string): void {
    this.#stop.abort()
    this.#stop = new AbortController()
    this.#api = new GatewayApi(key)
    this.connection.value = {kind: 'connecting'}
    void this.#follow(this.#api, this.#stop.signal)
  }

  async #follow(api: GatewayApi, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      try {
        this.finished.value = (await api.get('requests')).requests
        for await (const event of api.events(stop)) this.#take(event)
      } catch (error) {
        if (stop.aborted) return
        if (error instanceof KeyRefusedError) {
          this.connection.value = {kind: 'no-key', isRefused: true}
          return
        }
      }
      if (this.connection.value.kind !== 'lost') {
        this.connection.value = {kind: 'lost', sinceMs: Date.now()}
      }
      await new Promise((resolve) => void setTimeout(resolve, AGAIN_MS))
    }
  }

  #take({data, type}: GatewayEvent): void {
    if (this.connection.value.kind !== 'live') this.connection.value = {kind: 'live'}
    if (type === 'state') {
      this.state.value = data
      this.#aheadMs = data.nowMs - Date.now()
    } else {
      this.finished.value = [data, ...this.finished.value].slice(0, MAX_FINISHED)
    }
  }

  async #attempt<Result>(task: (api: GatewayApi) => Promise<Result>): Promise<Result | undefined> {
    if (!this.#api) return undefined
    try {
      const result = await task(this.#api)
      this.problem.value = undefined
      return result
    } catch (error) {
      this.problem.value =
        error instanceof GatewayRefusalError || error instanceof KeyRefusedError
          ? error.message
          : 'The gateway cannot be reached, so nothing was changed.'
      return undefined
    }
  }
}
