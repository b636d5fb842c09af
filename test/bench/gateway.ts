/**
 * What the gateway costs, beside asking the same upstream directly in the same run.
 *
 * @module
 */
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {Agent} from 'node:http'
import {setTimeout} from 'node:timers/promises'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import type {Scenario} from './replay-streams.ts'
import {openStream, readResidentKb, withGateway} from './run-gateway.ts'

const AT_ONCE = 64
const REQUESTS = 1000
const ROUNDS = 5
const OPEN_STREAMS = 500

/** Of Linux: how many parts of a second the times of a process are counted in. */
const TICKS_PER_SECOND = 100

/** Small streams, many at once: what a team of agents does. */
export const gatewayThroughput: Measurement = {
  name: 'Gateway: 64 small streams at once, time against direct',
  target: 1 / 0.3,
  measure: (replay) =>
    withGateway(replay, async ({url}) => {
      const {plain, plugin, ratio} = await measureInTurn(
        {rounds: ROUNDS, warmUpRounds: 2},
        {plain: () => timeMany(replay.plain.baseURL), plugin: () => timeMany(url)},
      )
      return {
        value: ratio,
        unit: 'times',
        detail: `${toRate(plugin)} requests/s against ${toRate(plain)}`,
      }
    }),
}

/** What it takes of the processor, on all threads. */
export const gatewayCpu: Measurement = {
  name: 'Gateway: processor time of 1,000 small requests',
  target: 120,
  measure: (replay) =>
    withGateway(replay, async ({pid, url}) => {
      for (let round = 0; round < 2; round += 1) await askMany(url, 'short')
      const before = readCpuMs(pid)
      for (let round = 0; round < ROUNDS; round += 1) await askMany(url, 'short')
      const value = (readCpuMs(pid) - before) / ((ROUNDS * REQUESTS) / 1000)
      return {value, unit: 'ms', detail: `of ${ROUNDS * REQUESTS} requests`}
    }),
}

/** What an answer holds while it is under way. */
export const gatewayMemory: Measurement = {
  name: 'Gateway: 500 open streams, memory of each',
  target: 100,
  measure: (replay) =>
    withGateway(replay, async ({pid, url}) => {
      await askMany(url, 'short')
      const before = readResidentKb(pid)
      const agent = new Agent({keepAlive: true, maxSockets: Infinity})
      const opened = await Promise.all(
        Array.from({length: OPEN_STREAMS}, () => openStream(url, 'halfway', {agent})),
      )
      await setTimeout(1000)
      const value = (readResidentKb(pid) - before) / OPEN_STREAMS
      for (const response of opened) response.destroy()
      agent.destroy()
      return {value, unit: 'kB', detail: `${before / 1000} MB before`}
    }),
}

async function timeMany(url: string): Promise<number> {
  const startedAt = performance.now()
  await askMany(url, 'short')
  return performance.now() - startedAt
}

/** Requests in a second. */
function toRate(milliseconds: number): number {
  return Math.round((REQUESTS / milliseconds) * 1000)
}

/** Asks so many times, with so many requests under way at any moment. */
async function askMany(url: string, scenario: Scenario): Promise<void> {
  const agent = new Agent({keepAlive: true, maxSockets: AT_ONCE})
  let left = REQUESTS
  await Promise.all(
    Array.from({length: AT_ONCE}, async () => {
      while (left > 0) {
        left -= 1
        const response = await openStream(url, scenario, {agent})
        response.resume()
        await once(response, 'end')
      }
    }),
  )
  agent.destroy()
}

function readCpuMs(pid: number): number {
  const fields = readStat(pid)
  // Time in programs, and in the system for them.
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000
}

/** What stands behind the name of the program, which may hold anything. */
function readStat(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
