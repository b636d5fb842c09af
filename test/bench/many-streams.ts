import {measureCpuMs} from './cpu-time.ts'
import {measureHeldBytes} from './held-memory.ts'
import {measureInTurn, median} from './median.ts'
import type {Measurement} from './measurement.ts'
import type {Route} from './start-replay.ts'
import {readToEnd} from './streaming.ts'

const STREAMS = 64

/** What a host pays that asks for many answers at the same time. */
export const manyStreamsCpu: Measurement = {
  name: '64 streams at once, processor time',
  target: 1.3,
  measure: async (replay) => {
    const {plain, plugin, ratio} = await measureInTurn(
      {rounds: 24, warmUpRounds: 4},
      {
        plain: async () => measureCpuMs(() => readAll(replay.plain)),
        plugin: async () => measureCpuMs(() => readAll(replay.plugin)),
      },
    )
    const detail = `${plugin.toFixed(0)} ms against ${plain.toFixed(0)} ms`
    return {value: ratio, unit: 'times', detail}
  },
}

/**
 * What an open answer holds. Each stopped after some 1,000 deltas, at a place of its own, and what has
 * come so far has been read.
 */
export const manyStreamsMemory: Measurement = {
  name: '64 open streams, memory of each beyond plain fetch',
  target: 80,
  measure: async (replay) => {
    const {plain, plugin} = await measureInTurn(
      {rounds: 6, warmUpRounds: 2},
      {
        plain: async () => measureOpenStreams(replay.plain),
        plugin: async () => measureOpenStreams(replay.plugin),
      },
    )
    const detail = `${plugin.toFixed(0)} kB against ${plain.toFixed(0)} kB`
    return {value: plugin - plain, unit: 'kB', detail}
  },
}

async function readAll({ask}: Route): Promise<void> {
  await Promise.all(Array.from({length: STREAMS}, async () => readToEnd(await ask('one-by-one'))))
}

/** Memory per open stream, in kB. */
async function measureOpenStreams({ask}: Route): Promise<number> {
  const caller = new AbortController()
  const before = await measureHeldBytes()
  const readers = await Promise.all(
    Array.from({length: STREAMS}, async () => {
      const {body} = await ask('halfway', {signal: caller.signal})
      return startReading(body!)
    }),
  )
  const held = (await measureHeldBytes()) - before
  const bytesRead = median(readers.map(({bytes}) => bytes))
  caller.abort()
  await Promise.all(readers.map(({ended}) => ended))
  if (bytesRead < 100_000) throw new Error(`Only ${bytesRead} bytes of each stream were read.`)
  return held / STREAMS / 1000
}

interface Reading {
  bytes: number
  ended: Promise<void>
}

/** Reads what there is; the last read waits until the abort. */
function startReading(body: ReadableStream<Uint8Array>): Reading {
  const reading: Reading = {bytes: 0, ended: Promise.resolve()}
  reading.ended = (async () => {
    for await (const chunk of body) reading.bytes += chunk.length
  })().catch(() => undefined)
  return reading
}
