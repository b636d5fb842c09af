import {setTimeout} from 'node:timers/promises'
import {measureHeldBytes} from './held-memory.ts'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import {buildSmallBody} from './request-body.ts'
import type {Scenario} from './replay-streams.ts'
import {VALID_SECONDS, type PluginRoute, type Route} from './start-replay.ts'
import {readToEnd} from './streaming.ts'

const REQUESTS = 2000

/** In the first thousand requests, the process still lets go of code that it needed to start. */
const ROUNDS = {rounds: 2, warmUpRounds: 1}

/** Fills the plugin's memory of items, which is bounded at 16,000,000 characters. */
const FILLING_REQUESTS = 1200

const POLL_MS = 100

/**
 * What a request leaves behind. Each is a conversation of its own and is answered by a message with an
 * id of its own. The plugin remembers messages up to a bound; that memory is filled before, so that each
 * new message takes the place of an old one, and has been saved to the host's storage once.
 */
export const heapGrowth: Measurement = {
  name: 'Memory kept after each of 2,000 requests, beyond plain fetch',
  target: 300,
  measure: async (replay) => {
    const plugin = await replay.startPlugin(VALID_SECONDS)
    await askInARow(plugin, FILLING_REQUESTS)
    await untilSaved(plugin)
    const growth = await measureInTurn(ROUNDS, {
      plain: async () => measureGrowth(() => askInARow(replay.plain, REQUESTS)),
      plugin: async () => measureGrowth(() => askInARow(plugin, REQUESTS), plugin),
    })
    const detail = `${growth.plugin.toFixed(0)} bytes against ${growth.plain.toFixed(0)} bytes`
    return {value: growth.plugin - growth.plain, unit: 'bytes', detail}
  },
}

/**
 * What a short conversation leaves behind while the plugin's memories fill up. Each of them is bounded: 16,000,000
 * characters of items, 64 threads, 500 conversations, the state of 200 turns.
 */
export const newConversations: Measurement = {
  name: 'Memory kept of each of 2,000 new conversations, beyond plain fetch',
  target: 4000,
  measure: async (replay) => {
    const plugin = await replay.startPlugin(VALID_SECONDS)
    let begun = 0
    const begin = async (route: Route) => {
      begun += REQUESTS
      await askInARow(route, REQUESTS, {scenario: 'brief', first: begun})
    }
    const growth = await measureInTurn(ROUNDS, {
      plain: async () => measureGrowth(() => begin(replay.plain)),
      plugin: async () => measureGrowth(() => begin(plugin), plugin),
    })
    const detail = `${growth.plugin.toFixed(0)} bytes against ${growth.plain.toFixed(0)} bytes`
    return {value: growth.plugin - growth.plain, unit: 'bytes', detail}
  },
}

/** Bytes per request of those that `ask` makes. */
async function measureGrowth(ask: () => Promise<void>, plugin?: PluginRoute): Promise<number> {
  plugin?.clearLog()
  const before = await measureHeldBytes()
  await ask()
  plugin?.clearLog()
  return ((await measureHeldBytes()) - before) / REQUESTS
}

interface RowOptions {
  /** Default: `distinct`. */
  readonly scenario?: Scenario
  /** Number of the first conversation. Default 0. */
  readonly first?: number
}

async function askInARow(
  {ask}: Route,
  requests: number,
  {scenario = 'distinct', first = 0}: RowOptions = {},
): Promise<void> {
  for (let request = 0; request < requests; request++) {
    const body = buildSmallBody(scenario, {prompt_cache_key: `conversation-${first + request}`})
    await readToEnd(await ask(scenario, {body}))
  }
}

/** The plugin saves some seconds after a change; the text it saves must not count as growth. */
async function untilSaved({state}: PluginRoute): Promise<void> {
  while ((state.local.get('items')?.length ?? 0) < 1_000_000) await setTimeout(POLL_MS)
}
