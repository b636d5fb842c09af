/**
 * The replay server, seen from the process that measures.
 *
 * @module
 */
import {fork} from 'node:child_process'
import {once} from 'node:events'
import process from 'node:process'
import * as z from 'zod'
import {createHostState} from '../support/alma/storage.ts'
import {startAlmaHost} from '../support/alma-host.ts'
import {buildTokens} from './build-tokens.ts'
import type {Scenario} from './replay-server.ts'

/** Asks for one answer. */
export type Ask = (scenario: Scenario, signal?: AbortSignal) => Promise<Response>

/** The running upstream, and the two ways to it. */
export interface Replay {
  /** Through nothing but `fetch`. */
  readonly plain: Ask
  /** Through the plugin, whose login is good for an hour. */
  readonly plugin: Ask
  /** A plugin of its own with a login that expired. */
  startExpiredPlugin(): Promise<Ask>
  countRefreshes(): Promise<number>
  /** When the client of the last endless answer went away (`process.hrtime`, nanoseconds). */
  closedAtNs(): Promise<bigint>
  stop(): void
}

const PROMPT_BYTES = 1024

/** Starts the upstream in a child process, and the plugin in this one. */
export async function startReplay(): Promise<Replay> {
  const child = fork(process.argv[1]!, ['replay-server'])
  const [address] = (await once(child, 'message')) as unknown[]
  const {port} = z.object({port: z.number()}).parse(address)
  const origin = `http://127.0.0.1:${port}`
  const control = async (path: string): Promise<unknown> => (await fetch(origin + path)).json()
  const responsesUrl = `${origin}/backend-api/codex/responses`
  return {
    plain: async (scenario, signal) => ask(fetch, {url: responsesUrl, scenario, signal}),
    plugin: await startPlugin(origin, 3600),
    startExpiredPlugin: async () => startPlugin(origin, -3600),
    countRefreshes: async () => z.number().parse(await control('/bench/refreshes')),
    closedAtNs: async () => BigInt(z.string().parse(await control('/bench/closed-at'))),
    stop: () => child.disconnect(),
  }
}

async function startPlugin(origin: string, lifetimeSeconds: number): Promise<Ask> {
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
  return async (scenario, signal) =>
    ask(pluginFetch, {url: `${baseURL}/responses`, scenario, signal})
}

interface Question {
  readonly url: string
  readonly scenario: Scenario
  readonly signal: AbortSignal | undefined
}

async function ask(send: typeof fetch, {url, scenario, signal}: Question): Promise<Response> {
  const prompt = `scenario:${scenario} `.padEnd(PROMPT_BYTES, 'x')
  const response = await send(url, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({
      model: 'gpt-5.2-codex',
      stream: true,
      input: [{role: 'user', content: [{type: 'input_text', text: prompt}]}],
    }),
    ...(signal && {signal}),
  })
  if (!response.ok) throw new Error(`The answer was ${response.status} ${await response.text()}`)
  return response
}
