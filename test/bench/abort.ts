import process from 'node:process'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import type {Ask, Replay} from './start-replay.ts'

const ROUNDS = 40

/** How long the backend goes on for somebody who pressed Stop. */
export const abort: Measurement = {
  name: 'Upstream closed after the caller’s abort',
  target: 2,
  measure: async (replay) => {
    const medians = await measureInTurn(ROUNDS, {
      plain: async () => measureAbort(replay.plain, replay),
      plugin: async () => measureAbort(replay.plugin, replay),
    })
    const detail = `plain fetch: ${medians.plain.toFixed(2)} ms`
    return {value: medians.plugin, unit: 'ms', detail}
  },
}

async function measureAbort(ask: Ask, replay: Replay): Promise<number> {
  const caller = new AbortController()
  const {body} = await ask('endless', caller.signal)
  const reader = body?.getReader()
  await reader?.read()
  const abortedAtNs = process.hrtime.bigint()
  caller.abort()
  reader?.closed.catch(() => undefined)
  return Number((await replay.closedAtNs()) - abortedAtNs) / 1e6
}
