import * as z from 'zod'
import {measureCpuMs} from './cpu-time.ts'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import {buildText} from './replay-events.ts'
import {LARGE_DELTAS} from './replay-streams.ts'
import {buildSmallBody} from './request-body.ts'
import type {Route} from './start-replay.ts'
import {readToEnd} from './streaming.ts'

const SCENARIO = 'bulk-large'

const RESPONSE = z.object({
  output: z.tuple([z.object({content: z.tuple([z.object({text: z.string()})])})]),
})

/** What it costs to ask for one object where the backend only streams. */
export const oneObject: Measurement = {
  name: 'One object from a stream of 2 MB, processor time',
  target: 1.4,
  measure: async ({plain, plugin}) => {
    await requireText(plugin)
    const medians = await measureInTurn(
      {rounds: 150, warmUpRounds: 50},
      {
        plain: async () => measureCpuMs(async () => readToEnd(await plain.ask(SCENARIO))),
        plugin: async () => measureCpuMs(() => readObject(plugin)),
      },
    )
    const detail = `${medians.plugin.toFixed(1)} ms against ${medians.plain.toFixed(1)} ms, the whole text`
    return {value: medians.ratio, unit: 'times', detail}
  },
}

async function readObject({ask}: Route): Promise<unknown> {
  const response = await ask(SCENARIO, {body: buildSmallBody(SCENARIO, {stream: false})})
  return response.json()
}

async function requireText(plugin: Route): Promise<void> {
  const {output} = RESPONSE.parse(await readObject(plugin))
  const [{content}] = output
  if (content[0].text !== buildText(LARGE_DELTAS)) throw new Error('The text is not complete.')
}
