import {loadAiSdk, type AiSdk} from '../support/alma/ai-sdk.ts'
import {measureCpuMs} from './cpu-time.ts'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import {buildText} from './replay-events.ts'
import {DELTAS} from './replay-streams.ts'
import type {Route} from './start-replay.ts'

/** What the plugin adds to a whole turn, as the host's own SDK lives through it. */
export const underAiSdk: Measurement = {
  name: '2,000 deltas under AI SDK 6, processor time',
  target: 1.03,
  measure: async (replay) => {
    const sdk = await loadAiSdk(6)
    const {plain, plugin, ratio} = await measureInTurn(
      {rounds: 100, warmUpRounds: 20},
      {
        plain: async () => measureTurn(sdk, replay.plain),
        plugin: async () => measureTurn(sdk, replay.plugin),
      },
    )
    const detail = `${plugin.toFixed(1)} ms against ${plain.toFixed(1)} ms`
    return {value: ratio, unit: 'times', detail}
  },
}

async function measureTurn(sdk: AiSdk, {baseURL, fetch}: Route): Promise<number> {
  const config = {apiKey: 'bench', baseURL, fetch, useResponsesAPI: true} as const
  const model = sdk.createModel(config, 'gpt-5.2-codex')
  let text = ''
  const cpuMs = await measureCpuMs(async () => {
    const {textStream} = sdk.ai.streamText({model, prompt: 'scenario:one-by-one '})
    for await (const delta of textStream) text += delta
  })
  if (text !== buildText(DELTAS)) throw new Error('The text of the answer is not complete.')
  return cpuMs
}
