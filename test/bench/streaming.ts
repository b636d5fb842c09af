import {measureCpuMs} from './cpu-time.ts'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import type {Scenario} from './replay-server.ts'
import type {Ask} from './start-replay.ts'

const ROUNDS = 51
const ANSWERS_PER_ROUND = 4

/** What a long answer costs on its way through, when it arrives in large pieces. */
export const streamingInBulk = createStreaming('2,000 deltas in bulk, processor time', 'bulk')

/** The same when every delta arrives alone, as from a model that thinks. */
export const streamingOneByOne = createStreaming('2,000 deltas one by one', 'one-by-one')

function createStreaming(name: string, scenario: Scenario): Measurement {
  return {
    name,
    target: 1.5,
    measure: async ({plain, plugin}) => {
      await requireSameBytes({plain, plugin}, scenario)
      const medians = await measureInTurn(ROUNDS, {
        plain: async () => measureRound(plain, scenario),
        plugin: async () => measureRound(plugin, scenario),
      })
      const [pluginMs, plainMs] = [medians.plugin, medians.plain].map(
        (ms) => ms / ANSWERS_PER_ROUND,
      )
      const detail = `${pluginMs?.toFixed(1)} ms against ${plainMs?.toFixed(1)} ms, the same bytes`
      return {value: medians.plugin / medians.plain, unit: 'times', detail}
    },
  }
}

async function measureRound(ask: Ask, scenario: Scenario): Promise<number> {
  globalThis.gc?.()
  return measureCpuMs(async () => {
    for (let answer = 0; answer < ANSWERS_PER_ROUND; answer++) {
      const {body} = await ask(scenario)
      for await (const chunk of body ?? []) void chunk
    }
  })
}

async function requireSameBytes(asks: {plain: Ask; plugin: Ask}, scenario: Scenario) {
  const expected = Buffer.from(await (await asks.plain(scenario)).arrayBuffer())
  const actual = Buffer.from(await (await asks.plugin(scenario)).arrayBuffer())
  if (!actual.equals(expected)) throw new Error('The plugin changed the bytes of the answer.')
}
