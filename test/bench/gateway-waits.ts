/**
 * What a client of the gateway waits for, and what it costs when a client is slow or never the same.
 *
 * @module
 */
import {once} from 'node:events'
import {Agent} from 'node:http'
import {setTimeout} from 'node:timers/promises'
import {median, measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import {buildSmallBody} from './request-body.ts'
import {openStream, readResidentKb, withGateway} from './run-gateway.ts'

const FIRST_BYTES = 100
const STARTS = 5
const CONVERSATIONS = 10_000
const AT_ONCE = 32

/** What somebody waits for who asks alone. */
export const gatewayFirstByte: Measurement = {
  name: 'Gateway: first byte of a small answer, against direct',
  target: 2.8,
  measure: (replay) =>
    withGateway(replay, async ({url}) => {
      const {plain, plugin, ratio} = await measureInTurn(
        {rounds: 6, warmUpRounds: 4},
        {plain: () => timeFirstBytes(replay.plain.baseURL), plugin: () => timeFirstBytes(url)},
      )
      const detail = `${plugin.toFixed(2)} ms against ${plain.toFixed(2)} ms`
      return {value: ratio, unit: 'times', detail}
    }),
}

/** From the start of the process, Node included, to the end of an answer. */
export const gatewayStart: Measurement = {
  name: 'Gateway: from its start to the first answer',
  target: 300,
  measure: async (replay) => {
    const times: number[] = []
    for (let count = 0; count < STARTS; count += 1) {
      const startedAt = performance.now()
      await withGateway(replay, async ({url}) => {
        const agent = new Agent()
        await readToEnd(url, {agent})
        times.push(performance.now() - startedAt)
      })
    }
    return {value: median(times), unit: 'ms', detail: `median of ${STARTS}`}
  },
}

/** What is kept of conversations must not grow for ever. */
export const gatewayConversations: Measurement = {
  name: 'Gateway: 10,000 conversations after as many others, more memory',
  target: 10,
  measure: (replay) =>
    withGateway(replay, async ({pid, url}) => {
      await converse(url, 0)
      const before = readResidentKb(pid)
      await converse(url, CONVERSATIONS)
      const value = (readResidentKb(pid) - before) / 1000
      return {value, unit: 'MB', detail: `${(before / 1000).toFixed(0)} MB before`}
    }),
}

/** A large answer stays at the backend while its client does not read. */
export const gatewayStalled: Measurement = {
  name: 'Gateway: 400 MB for a client that does not read, more memory',
  target: 30,
  measure: (replay) =>
    withGateway(replay, async ({pid, url}) => {
      const agent = new Agent()
      await readToEnd(url, {agent})
      const before = readResidentKb(pid)
      const response = await openStream(url, 'huge', {agent})
      let peak = before
      for (let look = 0; look < 30; look += 1) {
        await setTimeout(100)
        peak = Math.max(peak, readResidentKb(pid))
      }
      response.destroy()
      return {value: (peak - before) / 1000, unit: 'MB'}
    }),
}

/** Milliseconds until the first byte, on a connection that is open; the median. */
async function timeFirstBytes(url: string): Promise<number> {
  const agent = new Agent({keepAlive: true})
  const times: number[] = []
  for (let count = 0; count < FIRST_BYTES; count += 1) {
    const startedAt = performance.now()
    const response = await openStream(url, 'short', {agent})
    await once(response, 'readable')
    times.push(performance.now() - startedAt)
    response.resume()
    await once(response, 'end')
  }
  agent.destroy()
  return median(times)
}

async function converse(url: string, first: number): Promise<void> {
  const agent = new Agent({keepAlive: true, maxSockets: AT_ONCE})
  let next = first
  await Promise.all(
    Array.from({length: AT_ONCE}, async () => {
      while (next < first + CONVERSATIONS) {
        next += 1
        const body = buildSmallBody('short', {prompt_cache_key: `conversation-${next}`})
        await readToEnd(url, {agent, body})
      }
    }),
  )
  agent.destroy()
}

async function readToEnd(url: string, options: Parameters<typeof openStream>[2]): Promise<void> {
  const response = await openStream(url, 'short', options)
  response.resume()
  await once(response, 'end')
}
