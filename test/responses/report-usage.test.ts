import {expect, test} from 'vitest'
import type {UsageReading} from '../../src/accounts/usage/usage.ts'
import {createCodexFetch} from '../support/engine/create-codex-fetch.ts'
import {ACCOUNT, createBackend, NOW_MS} from '../support/engine/create-backend.ts'

const RESPONSES = 'https://backend.example/backend-api/responses'
const HEADERS = {
  'x-codex-primary-used-percent': '12',
  'x-codex-primary-window-minutes': '300',
  'x-codex-primary-reset-after-seconds': '60',
}
const LIMITS = {
  type: 'codex.rate_limits',
  rate_limits: {primary: {used_percent: 13, window_minutes: 300, reset_after_seconds: 60}},
}
const DELTA = {type: 'response.output_text.delta', delta: 'Hello'}
const COMPLETED = {type: 'response.completed', response: {id: 'resp_1', output: []}}
const SPENT = {
  error: {
    type: 'usage_limit_reached',
    message: 'The usage limit has been reached',
    limit_window_minutes: 300,
    resets_in_seconds: 60,
  },
}

function toBody(...events: readonly object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}

const BODY = {model: 'gpt-5.2', stream: true, input: 'Hi'}

/** Asks, and says who reported what, as `account source: used percent`. */
async function ask(
  answer: Response,
  {
    url = RESPONSES,
    body = BODY,
    refusalLimitMs = 5000,
  }: {readonly url?: string; readonly body?: object; readonly refusalLimitMs?: number} = {},
) {
  const told: string[] = []
  const readings: UsageReading[] = []
  const backend = {
    ...createBackend(async () => answer),
    refusalLimitMs,
    onUsage(accountId: string, reading: UsageReading) {
      readings.push(reading)
      const used = reading.windows.map(({usedPercent}) => usedPercent)
      told.push(`${accountId} ${reading.source}: ${used.join()}`)
    },
  }
  const init = {method: 'POST', body: JSON.stringify(body)}
  const response = await createCodexFetch(backend)(url, init)
  return {told, readings, status: response.status, text: await response.text()}
}

test('the headers of an answer are told, with the time of the question', async () => {
  const {told, readings} = await ask(new Response(toBody(DELTA, COMPLETED), {headers: HEADERS}))

  expect(told).toEqual([`${ACCOUNT.id} headers: 12`])
  expect(readings).toMatchObject([{askedAtMs: NOW_MS, takenAtMs: NOW_MS}])
})

test.each([
  ['before any output', [LIMITS, DELTA, COMPLETED]],
  ['in the middle', [DELTA, LIMITS, DELTA, COMPLETED]],
  ['at the end', [DELTA, COMPLETED, LIMITS]],
])('an event %s is told once, and reaches the caller', async (_name, events) => {
  const {told, text} = await ask(new Response(toBody(...events)))

  expect(told).toEqual([`${ACCOUNT.id} event: 13`])
  expect(text).toBe(toBody(...events))
})

test('every event is told, each one once', async () => {
  const later = {
    ...LIMITS,
    rate_limits: {primary: {...LIMITS.rate_limits.primary, used_percent: 14}},
  }

  const {told} = await ask(new Response(toBody(LIMITS, DELTA, later, COMPLETED)))

  expect(told).toEqual([`${ACCOUNT.id} event: 13`, `${ACCOUNT.id} event: 14`])
})

test('an event that cannot be read does not end the answer', async () => {
  const broken = 'data: {"type":"codex.rate_limits",\n\n'
  const body = `${broken}${toBody(DELTA)}${broken}${toBody(COMPLETED)}`

  const {told, status, text} = await ask(new Response(body))

  expect(told).toEqual([])
  expect([status, text]).toEqual([200, body])
})

test.each([429, 404])('a refusal with %i is told, and still explained', async (status) => {
  const {told, text} = await ask(Response.json(SPENT, {status, headers: HEADERS}))

  expect(told).toEqual([`${ACCOUNT.id} headers: 12`, `${ACCOUNT.id} refusal: 100`])
  expect(text).toContain('has reached its ChatGPT usage limit')
})

test('a refusal whose body never ends is explained with what came, and its connection closed', async () => {
  const closed: string[] = []
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from(JSON.stringify(SPENT))),
    cancel: () => void closed.push('closed'),
  })

  const {told, text} = await ask(new Response(body, {status: 429, headers: HEADERS}), {
    refusalLimitMs: 20,
  })

  expect(told).toEqual([`${ACCOUNT.id} headers: 12`, `${ACCOUNT.id} refusal: 100`])
  expect(text).toContain('has reached its ChatGPT usage limit')
  expect(closed).toEqual(['closed'])
})

test('a refusal inside an answer is told', async () => {
  const failed = {type: 'response.failed', response: SPENT}

  expect((await ask(new Response(toBody(failed)))).told).toEqual([`${ACCOUNT.id} refusal: 100`])
})

test.each([
  ['an answer', (body: object) => new Response(toBody({type: 'response.failed', response: body}))],
  ['a refusal', (body: object) => Response.json(body, {status: 429})],
])('the limit of a single model in %s leaves the account to the others', async (_name, answer) => {
  const response = answer(SPENT)
  const headers = {
    ...HEADERS,
    'x-codex-active-limit': 'codex_bengalfox',
    'x-codex-bengalfox-limit-name': 'GPT-5.3-Codex-Spark',
    'x-codex-bengalfox-primary-used-percent': '100',
    'x-codex-bengalfox-primary-window-minutes': '300',
  }
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)

  const {readings, text} = await ask(response)

  expect(text).toContain('has reached the usage limit of GPT-5.3-Codex-Spark.')
  expect(readings.at(-1)).toMatchObject({
    source: 'refusal',
    windows: [{limit: 'GPT-5.3-Codex-Spark', limitId: 'codex_bengalfox', usedPercent: 100}],
  })
  expect(readings.at(-1)).not.toHaveProperty('limitReached')
})

test('other refusals say nothing', async () => {
  expect((await ask(Response.json({detail: 'No'}, {status: 400}))).told).toEqual([])
})

test('images and chat completions go through the same door', async () => {
  const image = Response.json({data: [{b64_json: 'AA=='}]}, {headers: HEADERS})
  const chat = new Response(toBody(DELTA, COMPLETED), {headers: HEADERS})
  const base = 'https://backend.example/backend-api'

  const drawn = await ask(image, {
    url: `${base}/images/generations`,
    body: {model: 'gpt-image-2', prompt: 'A cat'},
  })
  const said = await ask(chat, {
    url: `${base}/chat/completions`,
    body: {model: 'gpt-5.2', stream: true, messages: [{role: 'user', content: 'Hi'}]},
  })

  expect(drawn.told).toEqual([`${ACCOUNT.id} headers: 12`])
  expect(said.told).toEqual([`${ACCOUNT.id} headers: 12`])
})
