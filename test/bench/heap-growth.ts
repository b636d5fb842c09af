import {setTimeout} from 'node:timers/promises'
import {measureHeldBytes} from './held-memory.ts'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import {buildSmallBody} from './request-body.ts'
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
      plain: async () => measureGrowth(replay.plain),
      plugin: async () => measureGrowth(plugin, () => plugin.clearLog()),
    })
    const detail = `${growth.plugin.toFixed(0)} bytes against ${growth.plain.toFixed(0)} bytes`
    return {value: growth.plugin - growth.plain, unit: 'bytes', detail}
  },
}

/** Bytes per request. */
async function measureGrowth(route: Route, tidy?: () => void): Promise<number> {
  tidy?.()
  const before = await measureHeldBytes()
  await askInARow(route, REQUESTS)
  tidy?.()
  return ((await measureHeldBytes()) - before) / REQUESTS
}

async function askInARow({ask}: Route, requests: number): Promise<void> {
  for (let request = 0; request < requests; request++) {
    const body = buildSmallBody('distinct', {prompt_cache_key: `conversation-${request}`})
    await readToEnd(await ask('distinct', {body}))
  }
}

/** The plugin saves some seconds after a change; the text it saves must not count as growth. */
async function untilSaved({state}: PluginRoute): Promise<void> {
  while ((state.local.get('items')?.length ?? 0) < 1_000_000) await setTimeout(POLL_MS)
}
