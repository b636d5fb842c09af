import process from 'node:process'
import {setTimeout} from 'node:timers/promises'
import {measureInTurn, median} from './median.ts'
import type {Measurement} from './measurement.ts'
import type {Scenario} from './replay-streams.ts'
import type {Replay, Route} from './start-replay.ts'

const ROUNDS = {rounds: 40, warmUpRounds: 5}

const REFRESH_ROUNDS = 15

/** Until the caller waits for the refresh, which takes 50 ms. */
const JOIN_MS = 10

/** How long the backend goes on for somebody who pressed Stop before it said anything. */
export const abortBeforeHeaders = createAbort('before the headers', 'silent')

/** After it accepted the request, while the plugin itself waits for the first event. */
export const abortBeforeEvents = createAbort('before the first event', 'headers')

/** While the answer is read. */
export const abortMidStream = createAbort('mid-stream', 'endless')

/**
 * While a refresh runs. That goes on, because its token works only once and others may wait for it; but
 * the caller is let go, and the backend is not asked.
 */
export const abortWhileRefreshing: Measurement = {
  name: 'Caller let go after an abort while refreshing',
  target: 2,
  measure: async (replay) => {
    const durations: number[] = []
    for (let round = 0; round < REFRESH_ROUNDS; round++) {
      durations.push(await measureRefreshAbort(replay))
    }
    return {value: median(durations), unit: 'ms', detail: 'the backend was not asked'}
  },
}

function createAbort(when: string, scenario: Scenario): Measurement {
  return {
    name: `Upstream closed after an abort ${when}`,
    target: 2,
    measure: async (replay) => {
      const {plain, plugin} = await measureInTurn(ROUNDS, {
        plain: async () => measureAbort(replay.plain, {replay, scenario}),
        plugin: async () => measureAbort(replay.plugin, {replay, scenario}),
      })
      return {value: plugin, unit: 'ms', detail: `plain fetch: ${plain.toFixed(2)} ms`}
    },
  }
}

/** Milliseconds from the abort to the end of the connection, as the upstream sees it. */
async function measureAbort(
  {ask}: Route,
  {replay, scenario}: {readonly replay: Replay; readonly scenario: Scenario},
): Promise<number> {
  const caller = new AbortController()
  const {requests} = await replay.counts()
  const answer = ask(scenario, {signal: caller.signal})
  const settled = answer.catch(() => undefined)
  await replay.untilReceived((counts) => counts.requests > requests)
  // An answer with a first event is one that is being read.
  const reader = scenario === 'endless' ? (await answer).body?.getReader() : undefined
  await reader?.read()
  reader?.closed.catch(() => undefined)
  const abortedAtNs = process.hrtime.bigint()
  caller.abort()
  const closedAtNs = await replay.closedAtNs()
  await settled
  return Number(closedAtNs - abortedAtNs) / 1e6
}

/** Milliseconds from the abort to the rejection. */
async function measureRefreshAbort(replay: Replay): Promise<number> {
  // Before the start, because a plugin may refresh on its own account.
  const before = await replay.counts()
  const {ask} = await replay.startPlugin(-1)
  const caller = new AbortController()
  const rejected = ask('short', {signal: caller.signal}).then(
    () => Promise.reject(new Error('An aborted request was answered.')),
    () => performance.now(),
  )
  await replay.untilReceived(({refreshes}) => refreshes > before.refreshes)
  await setTimeout(JOIN_MS)
  const abortedMs = performance.now()
  caller.abort()
  const durationMs = (await rejected) - abortedMs
  // A second caller gets the tokens of that refresh: it went on, and is over after this.
  await (await ask('short')).arrayBuffer()
  const {refreshes, requests} = await replay.counts()
  if (refreshes !== before.refreshes + 1) throw new Error('The refresh did not go on.')
  if (requests !== before.requests + 1) throw new Error('The backend was asked after the abort.')
  return durationMs
}
