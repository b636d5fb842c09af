/**
 * The replay server, seen from the process that measures.
 *
 * @module
 */
import {fork} from 'node:child_process'
import {once} from 'node:events'
import process from 'node:process'
import {setTimeout} from 'node:timers/promises'
import * as z from 'zod'
import {createHostState, type HostState} from '../support/alma/storage.ts'
import {startAlmaHost} from '../support/stories/alma-host.ts'
import {buildTokens} from './build-tokens.ts'
import type {Scenario} from './replay-streams.ts'
import {buildSmallBody} from './request-body.ts'

/** How to ask. */
export interface AskOptions {
  /** JSON. Default: 1 kB that asks for a stream. */
  readonly body?: string
  readonly signal?: AbortSignal
}

/** One way to the upstream. */
export interface Route {
  readonly fetch: typeof fetch
  /** What an SDK puts `/responses` behind. */
  readonly baseURL: string
  /**
   * Asks for one answer.
   *
   * @throws {Error} It is not a success.
   */
  readonly ask: (scenario: Scenario, options?: AskOptions) => Promise<Response>
}

/** The way through a plugin of the benchmark's own. */
export interface PluginRoute extends Route {
  /** What the plugin stored in the host. */
  readonly state: HostState
  /** Forgets what the stand-in for the host logged, which would count as the plugin's memory. */
  clearLog(): void
}

/** What the upstream has seen so far. */
export interface ReplayCounts {
  /** Requests to the backend. */
  readonly requests: number
  /** Requests for tokens. */
  readonly refreshes: number
}

/** The running upstream, and the two ways to it. */
export interface Replay {
  /** Through nothing but `fetch`. */
  readonly plain: Route
  /** Through the plugin, whose login is good for an hour. */
  readonly plugin: Route
  /** Starts another plugin, whose login lasts so long; a negative time is one that has expired. */
  startPlugin(lifetimeSeconds: number): Promise<PluginRoute>
  counts(): Promise<ReplayCounts>
  /** Resolves once the upstream has received what `isEnough` asks for. */
  untilReceived(isEnough: (counts: ReplayCounts) => boolean): Promise<void>
  /** When the client of the last answer without an end went away (`process.hrtime`, nanoseconds). */
  closedAtNs(): Promise<bigint>
  stop(): void
}

/** An hour. */
export const VALID_SECONDS = 3600

const POLL_MS = 1

const COUNTS = z.object({requests: z.number(), refreshes: z.number()})

/** Starts the upstream in a child process, and the plugin in this one. */
export async function startReplay(): Promise<Replay> {
  const child = fork(process.argv[1]!, ['replay-server'])
  const [address] = (await once(child, 'message')) as unknown[]
  const {port} = z.object({port: z.number()}).parse(address)
  const origin = `http://127.0.0.1:${port}`
  const control = async (path: string): Promise<unknown> => (await fetch(origin + path)).json()
  const counts = async () => COUNTS.parse(await control('/bench/counts'))
  return {
    plain: createRoute(fetch, `${origin}/backend-api/codex`),
    plugin: await startPlugin(origin, VALID_SECONDS),
    startPlugin: async (lifetimeSeconds) => startPlugin(origin, lifetimeSeconds),
    counts,
    async untilReceived(isEnough) {
      while (!isEnough(await counts())) await setTimeout(POLL_MS)
    },
    closedAtNs: async () => BigInt(z.string().parse(await control('/bench/closed-at'))),
    stop: () => child.disconnect(),
  }
}

async function startPlugin(origin: string, lifetimeSeconds: number): Promise<PluginRoute> {
  const tokens = buildTokens('stored', lifetimeSeconds)
  // The earlier plugin's record: the one form that never changes.
  const stored = {
    access_token: tokens['access_token'],
    refresh_token: tokens['refresh_token'],
    expires_at: Date.now() + lifetimeSeconds * 1000,
    account_id: 'workspace-bench',
  }
  const state = createHostState()
  state.secrets.set('codex_tokens', JSON.stringify(stored))
  const environment = {
    CODEX_AUTH_ISSUER_URL: origin,
    CODEX_BACKEND_URL: `${origin}/backend-api`,
  }
  const host = await startAlmaHost({state, environment})
  await host.initialized()
  const {fetch: pluginFetch, baseURL} = await host.provider().getSDKConfig()
  const log = host.log as unknown[]
  return {
    ...createRoute(pluginFetch, baseURL ?? ''),
    state,
    clearLog: () => void log.splice(0),
  }
}

/** A way to the upstream through `send`. */
export function createRoute(send: typeof fetch, baseURL: string): Route {
  return {
    fetch: send,
    baseURL,
    async ask(scenario, {body = buildSmallBody(scenario), signal} = {}) {
      const response = await send(`${baseURL}/responses`, {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body,
        ...(signal && {signal}),
      })
      if (response.ok) return response
      throw new Error(`The answer was ${response.status} ${await response.text()}`)
    },
  }
}
