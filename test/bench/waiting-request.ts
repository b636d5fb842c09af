import {measureHeldBytes} from './held-memory.ts'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import {buildHistoryBody, LARGE_HISTORY} from './request-body.ts'
import type {Replay, Route} from './start-replay.ts'

/** Enough that what a process holds anyway does not count. */
const REQUESTS = 8

/**
 * What a long conversation holds while the model thinks. The caller's own 2 MB are included: whoever
 * sends a text has to hold it, and what is sent as bytes besides. The texts are ASCII; one other
 * character makes the engine take two bytes for each character of a body.
 */
export const waitingRequest: Measurement = {
  name: 'Memory of a waiting 2 MB request',
  target: 5,
  measure: async (replay) => {
    const {plain, plugin} = await measureInTurn(
      {rounds: 4, warmUpRounds: 1},
      {
        plain: async () => measureWaiting(replay.plain, replay),
        plugin: async () => measureWaiting(replay.plugin, replay),
      },
    )
    return {value: plugin, unit: 'MB', detail: `plain fetch: ${plain.toFixed(2)} MB`}
  },
}

/** Memory per waiting request, in MB. */
async function measureWaiting({ask}: Route, replay: Replay): Promise<number> {
  const caller = new AbortController()
  const {requests} = await replay.counts()
  const before = await measureHeldBytes()
  const answers = Array.from({length: REQUESTS}, async () => {
    const body = buildHistoryBody('silent', LARGE_HISTORY)
    return ask('silent', {body, signal: caller.signal})
  })
  const settled = Promise.allSettled(answers)
  await replay.untilReceived((counts) => counts.requests === requests + REQUESTS)
  const held = (await measureHeldBytes()) - before
  caller.abort()
  await settled
  return held / REQUESTS / 1e6
}
