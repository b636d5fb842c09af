import process from 'node:process'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import type {Route} from './start-replay.ts'

const SENT_AT = /sent at (\d+)/g

/** Of the events of one answer, from the fastest to the slowest, the one whose lag is told. */
const QUANTILE = 0.99

/** What is left of the answer to a reader who wants each word at once. */
export const eventLag: Measurement = {
  name: 'Lag of an event at the 99th percentile, in a paced stream',
  target: 2,
  measure: async (replay) => {
    const {plain, plugin, ratio} = await measureInTurn(
      {rounds: 10, warmUpRounds: 4},
      {
        plain: async () => measureLagMs(replay.plain),
        plugin: async () => measureLagMs(replay.plugin),
      },
    )
    const detail = `${plugin.toFixed(2)} ms against ${plain.toFixed(2)} ms`
    return {value: ratio, unit: 'times', detail}
  },
}

/** Milliseconds from the write of the server to the read of the client, which share a clock. */
async function measureLagMs({ask}: Route): Promise<number> {
  const {body} = await ask('paced')
  const decoder = new TextDecoder()
  const lags: number[] = []
  for await (const chunk of body ?? []) {
    const readNs = process.hrtime.bigint()
    const text = decoder.decode(chunk as Uint8Array)
    for (const [, sentNs] of text.matchAll(SENT_AT)) lags.push(Number(readNs - BigInt(sentNs!)))
  }
  const lag = lags.toSorted((one, other) => one - other)[Math.floor(lags.length * QUANTILE)]
  if (lag === undefined) throw new Error('The answer had no delta.')
  return lag / 1e6
}
