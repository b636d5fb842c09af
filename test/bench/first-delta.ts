import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import type {Ask} from './start-replay.ts'

const ROUNDS = 300

/** How much later the first word appears. */
export const firstDelta: Measurement = {
  name: 'First delta, later than plain fetch',
  target: 0.25,
  measure: async ({plain, plugin}) => {
    const medians = await measureInTurn(ROUNDS, {
      plain: async () => measureFirstDelta(plain),
      plugin: async () => measureFirstDelta(plugin),
    })
    const detail = `${medians.plugin.toFixed(2)} ms against ${medians.plain.toFixed(2)} ms`
    return {value: medians.plugin - medians.plain, unit: 'ms', detail}
  },
}

async function measureFirstDelta(ask: Ask): Promise<number> {
  const startedMs = performance.now()
  const {body} = await ask('short')
  const decoder = new TextDecoder()
  let text = ''
  let firstMs: number | undefined
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk as Uint8Array, {stream: true})
    if (text.includes('output_text.delta')) firstMs ??= performance.now()
  }
  if (firstMs === undefined) throw new Error('The answer had no delta.')
  return firstMs - startedMs
}
