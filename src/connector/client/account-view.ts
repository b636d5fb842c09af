/**
 * What a page shows of an account, step by step, without a page: for the card, and for any other way to draw it.
 *
 * @module
 */
import type {LoginAnswer, StatusAnswer} from './answers.ts'
import {
  ConnectorGoneError,
  ConnectorRequestError,
  type ConnectorClient,
} from './connector-client.ts'

/** How long the server holds a question for news, in seconds. */
const WAIT_SECONDS = 20

/** Pauses after failed questions, in milliseconds. Then the server counts as gone. */
const PAUSES_MS = [1000, 2000, 4000, 8000, 8000]

/** How long to pause where the server answers at once that nothing is new, in milliseconds. */
const POLL_MS = 2000

/** A failure in words. */
export interface ViewProblem {
  readonly code: string
  readonly message: string
  readonly action: string
}

/** What to show. */
export type AccountViewState =
  /** The server is asked whether an account is connected. */
  | {readonly phase: 'loading'}
  /** Account mode is turned off. */
  | {readonly phase: 'off'; readonly problem: ViewProblem}
  | {readonly phase: 'idle'; readonly status: StatusAnswer}
  | {readonly phase: 'starting'}
  | {readonly phase: 'pending'; readonly login: LoginAnswer}
  /** `isNew` after a login that has just succeeded. */
  | {readonly phase: 'connected'; readonly status: StatusAnswer; readonly isNew: boolean}
  | {readonly phase: 'problem'; readonly problem: ViewProblem}
  /** The server does not answer any more. */
  | {readonly phase: 'gone'}

/** The effects. */
export interface AccountViewOptions {
  readonly client: ConnectorClient
  readonly delay: (milliseconds: number, signal: AbortSignal) => Promise<void>
  /** Told of each new state. */
  readonly onChange: (state: AccountViewState) => void
}

/** Creates a view. Nobody is asked yet. */
export function createAccountView(options: AccountViewOptions): AccountView {
  return new AccountView(options)
}

/** The steps that a user takes. None of them rejects; failures are states. */
export class AccountView {
  readonly #options: AccountViewOptions
  #state: AccountViewState = {phase: 'loading'}
  #current = new AbortController()

  constructor(options: AccountViewOptions) {
    this.#options = options
  }

  get state(): AccountViewState {
    return this.#state
  }

  /** Looks whether an account is connected. */
  load(): Promise<void> {
    return this.#step(async (signal) => {
      this.#show({phase: 'loading'})
      await this.#showAccount(signal, false)
    })
  }

  /** Starts a login, and follows it to its end. */
  connect(): Promise<void> {
    return this.#step(async (signal) => {
      this.#show({phase: 'starting'})
      const login = await this.#options.client.startLogin()
      signal.throwIfAborted()
      await this.#follow(login, signal)
    })
  }

  /** Cancels the login that is under way. */
  async cancel(): Promise<void> {
    if (this.#state.phase !== 'pending') return
    const {poll_id: id} = this.#state.login
    await this.#step(async (signal) => {
      await this.#options.client.cancelLogin(id)
      signal.throwIfAborted()
      await this.#showAccount(signal, false)
    })
  }

  logOut(): Promise<void> {
    return this.#step(async (signal) => {
      await this.#options.client.logOut()
      signal.throwIfAborted()
      await this.#showAccount(signal, false)
    })
  }

  /** Ends what is under way here. A login goes on at the server. */
  close(): void {
    this.#current.abort()
  }

  #show(state: AccountViewState): void {
    this.#state = state
    this.#options.onChange(state)
  }

  /** Runs a step; whatever was under way before is over. */
  async #step(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.#current.abort()
    this.#current = new AbortController()
    const {signal} = this.#current
    try {
      await run(signal)
    } catch (error) {
      if (!signal.aborted) this.#show(toFailure(error))
    }
  }

  async #showAccount(signal: AbortSignal, isNew: boolean): Promise<void> {
    const {client} = this.#options
    const quick = await client.getStatus()
    signal.throwIfAborted()
    this.#show(toStatusState(quick, isNew))
    if (!quick.authenticated || quick.method !== 'chatgpt') return
    // What is left takes a moment, and is only ever shown.
    const full = await client.getStatus({verify: true}).catch(() => quick)
    signal.throwIfAborted()
    this.#show(toStatusState(full, isNew))
  }

  async #follow(first: LoginAnswer, signal: AbortSignal): Promise<void> {
    let login = first
    while (login.state === 'pending') {
      const isShown = login.user_code !== undefined
      this.#show(isShown ? {phase: 'pending', login} : {phase: 'starting'})
      login = await this.#askForNews(login, signal)
    }
    signal.throwIfAborted()
    if (login.status === 'succeeded') await this.#showAccount(signal, true)
    else if (login.status === 'cancelled') await this.#showAccount(signal, false)
    else this.#show({phase: 'problem', problem: toProblem(login)})
  }

  /** Asks until there is an answer, or the server counts as gone. */
  async #askForNews(
    {poll_id: id, version}: LoginAnswer,
    signal: AbortSignal,
  ): Promise<LoginAnswer> {
    const {client, delay} = this.#options
    for (let failures = 0; ; failures += 1) {
      try {
        const next = await client.getLogin(id, {version, waitSeconds: WAIT_SECONDS, signal})
        if (next.version === version) await delay(POLL_MS, signal)
        return next
      } catch (error) {
        const pauseMs = PAUSES_MS[failures]
        if (!(error instanceof ConnectorGoneError) || pauseMs === undefined) throw error
        await delay(pauseMs, signal)
      }
    }
  }
}

function toStatusState(status: StatusAnswer, isNew: boolean): AccountViewState {
  if (status.authenticated && status.method === 'chatgpt')
    return {phase: 'connected', status, isNew}
  return {phase: 'idle', status}
}

function toProblem({action = '', code = 'unknown', message}: LoginAnswer): ViewProblem {
  return {code, message, action}
}

function toFailure(error: unknown): AccountViewState {
  if (!(error instanceof ConnectorRequestError)) return {phase: 'gone'}
  const {action, code, message} = error
  const problem = {code, message, action}
  return code === 'feature_disabled' ? {phase: 'off', problem} : {phase: 'problem', problem}
}
