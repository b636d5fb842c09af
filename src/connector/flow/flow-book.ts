/**
 * The logins of one process: started, watched, cancelled, each visible to the user who started it.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import process from 'node:process'
import {toErrorName} from '../../errors.ts'
import {delayUnnoticed} from '../../base/delay.ts'
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import {ConnectorError} from '../connector-error.ts'
import {toProblem} from '../to-problem.ts'
import {isFinal, type Flow, type FlowAccount, type UserCode} from './flow.ts'
import type {FlowStore, StoredFlow} from './flow-store.ts'

/** How long a login that is over stays in memory, in milliseconds. */
const KEEP_MS = 60 * 60_000

/** The longest that the end of the process waits for the store, in milliseconds. */
const CLOSE_MS = 5000

/** What a login does, step by step. */
export interface LoginSteps {
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal
  /** Shows the code. */
  readonly onCode: (code: UserCode) => void
  /**
   * Called once nothing but storing is left to do; from then on it cannot be cancelled.
   *
   * @throws The signal's reason, when the user was faster.
   */
  readonly settle: () => void
}

/** Logs in. What it throws becomes the problem of the login. */
export type LogIn = (steps: LoginSteps) => Promise<FlowAccount | 'simulated'>

/** Whose login it is. */
export interface FlowRequest {
  readonly owner: string
  readonly home: string
  readonly isSimulated: boolean
  readonly logIn: LogIn
}

/** How long a change is waited for. */
export interface FlowWait {
  /** The version that is known already; a newer one is answered at once. */
  readonly version: number
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Told of each change. Must not throw. */
export type FlowListener = (flow: Flow) => void

/** The parts of a book. */
export interface FlowBookOptions {
  readonly store: FlowStore
  readonly now: Clock
  readonly log: Log
  /** Whether a process of this machine still runs. */
  readonly isAlive: (processId: number) => boolean
}

interface Entry {
  flow: Flow
  readonly abort: AbortController
  isSettling: boolean
  done: Promise<void>
  readonly listeners: Set<FlowListener>
}

/** Creates a book. Nothing is read yet. */
export function createFlowBook(options: FlowBookOptions): FlowBook {
  return new FlowBook(options)
}

/** The logins of one process. */
export class FlowBook {
  readonly #options: FlowBookOptions
  readonly #entries = new Map<string, Entry>()
  readonly #listeners = new Set<FlowListener>()
  readonly #instance = randomBytes(8).toString('hex')
  readonly #unsaved = new Map<string, StoredFlow>()
  #saving: Promise<void> = Promise.resolve()

  constructor(options: FlowBookOptions) {
    this.#options = options
  }

  /**
   * Starts a login, or finds the one that the user has started before and not ended.
   *
   * @throws {ConnectorError} `busy`: somebody else logs in to the same accounts at this moment.
   */
  start({owner, home, isSimulated, logIn}: FlowRequest): Flow {
    this.#forgetOld()
    const active = this.#findActive(home)
    if (active?.flow.owner === owner) return active.flow
    if (active) throw new ConnectorError('busy')
    const nowMs = this.#options.now()
    const flow: Flow = {
      id: randomBytes(24).toString('base64url'),
      owner,
      home,
      status: 'starting',
      isSimulated,
      version: 1,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    }
    const entry: Entry = {
      flow,
      abort: new AbortController(),
      isSettling: false,
      done: Promise.resolve(),
      listeners: new Set(),
    }
    this.#entries.set(flow.id, entry)
    this.#save(flow)
    entry.done = this.#run(entry, logIn)
    return entry.flow
  }

  /** A login, if this user has started it; also one of a process that has ended. */
  async get(id: string, owner: string): Promise<Flow | undefined> {
    const flow = this.#entries.get(id)?.flow ?? (await this.#findStored(id))
    return flow?.owner === owner ? flow : undefined
  }

  /** The same, once it is newer than the version that is known, or nothing happens in time. */
  async wait(id: string, owner: string, wait: FlowWait): Promise<Flow | undefined> {
    const entry = this.#entries.get(id)
    if (entry?.flow.owner !== owner) return this.get(id, owner)
    if (entry.flow.version > wait.version || isFinal(entry.flow)) return entry.flow
    await new Promise<void>((resolve) => {
      const stop = () => {
        clearTimeout(timer)
        entry.listeners.delete(stop)
        wait.signal?.removeEventListener('abort', stop)
        resolve()
      }
      const timer = setTimeout(stop, wait.timeoutMs)
      entry.listeners.add(stop)
      wait.signal?.addEventListener('abort', stop)
      if (wait.signal?.aborted) stop()
    })
    return entry.flow
  }

  /**
   * Ends a login: nobody asks any more whether its code was typed.
   *
   * @returns `notFound` where there is none of this user, or it was over already.
   */
  async cancel(id: string, owner: string): Promise<'canceled' | 'notFound'> {
    const entry = this.#entries.get(id)
    if (entry?.flow.owner !== owner || isFinal(entry.flow)) return 'notFound'
    if (!entry.isSettling) entry.abort.abort(new ConnectorError('cancelled'))
    await entry.done
    return entry.flow.status === 'cancelled' ? 'canceled' : 'notFound'
  }

  /** Ends the logins of a user for these accounts, if there are any. */
  async cancelAll(home: string, owner: string): Promise<void> {
    const {flow} = this.#findActive(home) ?? {}
    if (flow) await this.cancel(flow.id, owner)
  }

  /** @returns Ends it. */
  subscribe(listener: FlowListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Ends all logins as interrupted, and waits until that is stored, at most five seconds. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()]
    for (const {abort, isSettling} of entries) {
      if (!isSettling) abort.abort(new ConnectorError('interrupted'))
    }
    const isStored = Promise.all(entries.map(({done}) => done)).then(() => this.#saving)
    // A database may hang, and whoever ends must not.
    await Promise.race([isStored, delayUnnoticed(CLOSE_MS)])
  }

  async #run(entry: Entry, logIn: LogIn): Promise<void> {
    const {signal} = entry.abort
    try {
      const account = await logIn({
        signal,
        onCode: (code) => this.#change(entry, {status: 'pending', code}),
        settle() {
          signal.throwIfAborted()
          entry.isSettling = true
        },
      })
      if (account === 'simulated') this.#end(entry, {status: 'simulated', problem: 'simulated'})
      else this.#end(entry, {status: 'succeeded', account})
    } catch (error) {
      const problem = toProblem(signal.aborted ? signal.reason : error)
      if (problem === 'internal') {
        this.#options.log.warn('A login failed for an unknown reason', {name: toErrorName(error)})
      }
      this.#end(entry, {status: toStatus(problem), problem})
    }
  }

  #end(entry: Entry, change: Partial<Flow>): void {
    const {code: _, ...flow} = entry.flow
    entry.flow = flow
    this.#change(entry, change)
  }

  #change(entry: Entry, change: Partial<Flow>): void {
    if (isFinal(entry.flow)) return
    const {version} = entry.flow
    const flow = {
      ...entry.flow,
      ...change,
      version: version + 1,
      updatedAtMs: this.#options.now(),
    }
    entry.flow = flow
    this.#save(flow)
    for (const listener of [...entry.listeners, ...this.#listeners]) listener(flow)
  }

  /** Writes it down in the background, with whatever else has changed by then. */
  #save(full: Flow): void {
    const {code: _, ...flow} = full
    const stored = {...flow, process: {id: process.pid, instance: this.#instance}}
    const isWaiting = this.#unsaved.size > 0
    this.#unsaved.set(flow.id, stored)
    if (!isWaiting) this.#saving = this.#saving.then(() => this.#saveAll())
  }

  async #saveAll(): Promise<void> {
    const flows = [...this.#unsaved.values()]
    this.#unsaved.clear()
    try {
      await this.#options.store.save(flows)
    } catch (error) {
      // The login itself does not need it.
      this.#options.log.warn('A login could not be written down', {name: toErrorName(error)})
    }
  }

  async #findStored(id: string): Promise<Flow | undefined> {
    const stored = (await this.#options.store.load()).find((flow) => flow.id === id)
    return stored && this.#toFlow(stored)
  }

  /** Of a login that is not over, nobody waits any more for the end once its process has ended. */
  #toFlow({process: {id, instance}, ...flow}: StoredFlow): Flow {
    const isOurs = instance === this.#instance || id === process.pid
    if (isFinal(flow) || (!isOurs && this.#options.isAlive(id))) return flow
    return {
      ...flow,
      status: 'interrupted',
      problem: 'interrupted',
      version: flow.version + 1,
    }
  }

  #findActive(home: string): Entry | undefined {
    return [...this.#entries.values()].find(({flow}) => flow.home === home && !isFinal(flow))
  }

  #forgetOld(): void {
    const limitMs = this.#options.now() - KEEP_MS
    for (const [id, {flow}] of this.#entries) {
      if (isFinal(flow) && flow.updatedAtMs < limitMs) this.#entries.delete(id)
    }
  }
}

function toStatus(problem: ReturnType<typeof toProblem>): Flow['status'] {
  if (problem === 'cancelled' || problem === 'expired' || problem === 'interrupted') return problem
  return 'failed'
}
