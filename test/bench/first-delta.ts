import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import {buildHistoryBody, buildSmallBody, LARGE_HISTORY, MEDIUM_HISTORY} from './request-body.ts'
import {createRoute, type Route} from './start-replay.ts'

/** How much later the first word appears. */
export const firstDelta = createFirstDelta('a request of 1 kB', {
  buildBody: () => buildSmallBody('short'),
  targetMs: 0.2,
  rounds: 400,
})

/** The same in a conversation that has begun to fill up. */
export const firstDeltaMedium = createFirstDelta('a request of 100 kB', {
  buildBody: () => buildHistoryBody('short', MEDIUM_HISTORY),
  targetMs: 0.6,
  rounds: 200,
})

/** In a long conversation, next to the least that whoever changes a request has to do. */
export const firstDeltaLarge: Measurement = {
  name: 'First delta of a 2 MB request, beside parsing and writing it',
  target: 1.15,
  measure: async ({plain, plugin}) => {
    const body = buildHistoryBody('short', LARGE_HISTORY)
    const rewriting = createRoute(async (input, init) => {
      const request = JSON.parse(init?.body as string) as unknown
      return fetch(input, {...init, body: JSON.stringify(request)})
    }, plain.baseURL)
    const medians = await measureInTurn(
      {rounds: 80, warmUpRounds: 20},
      {
        plain: async () => measureFirstDelta(rewriting, body),
        plugin: async () => measureFirstDelta(plugin, body),
      },
    )
    const detail = `${toDetail(medians)}, ${(body.length / 1e6).toFixed(2)} MB`
    return {value: medians.ratio, unit: 'times', detail}
  },
}

interface FirstDeltaOptions {
  readonly buildBody: () => string
  readonly targetMs: number
  readonly rounds: number
}

function createFirstDelta(
  name: string,
  {buildBody, targetMs, rounds}: FirstDeltaOptions,
): Measurement {
  return {
    name: `First delta of ${name}, later than plain fetch`,
    target: targetMs,
    measure: async ({plain, plugin}) => {
      const body = buildBody()
      const medians = await measureInTurn(
        {rounds, warmUpRounds: 100},
        {
          plain: async () => measureFirstDelta(plain, body),
          plugin: async () => measureFirstDelta(plugin, body),
        },
      )
      return {value: medians.plugin - medians.plain, unit: 'ms', detail: toDetail(medians)}
    },
  }
}

function toDetail({plain, plugin}: {readonly plain: number; readonly plugin: number}): string {
  return `${plugin.toFixed(2)} ms against ${plain.toFixed(2)} ms`
}

/** Milliseconds from the call to the first delta. */
async function measureFirstDelta({ask}: Route, body: string): Promise<number> {
  const startedMs = performance.now()
  const response = await ask('short', {body})
  const decoder = new TextDecoder()
  let text = ''
  let firstMs: number | undefined
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, {stream: true})
    if (text.includes('output_text.delta')) firstMs ??= performance.now()
  }
  if (firstMs === undefined) throw new Error('The answer had no delta.')
  return firstMs - startedMs
}
