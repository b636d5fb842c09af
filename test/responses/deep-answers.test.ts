/** JSON so deep that it can be read and not written: `JSON.parse` takes it, `JSON.stringify` overflows. */
import {expect, test} from 'vitest'
import {createOpenAiFetch} from '../../src/dialects/create-openai-fetch.ts'
import {createBackend} from '../support/engine/create-backend.ts'

const DEEP = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
const DELTA = 'data: {"type":"response.output_text.delta","output_index":0,"delta":"Hi"}\n\n'
const COMPLETED = 'data: {"type":"response.completed","response":{"id":"resp_1","output":[]}}\n\n'

const deepItem = `data: {"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"msg_1","content":${DEEP}}}\n\n`
const deepEnd = `data: {"type":"response.completed","response":{"id":"resp_1","metadata":${DEEP}}}\n\n`
const oldEnd = deepEnd.replace('completed', 'done')

const PATHS = ['/responses', '/chat/completions'] as const
const STREAMS = {
  'an item': deepItem + COMPLETED,
  'the end': DELTA + deepEnd,
  'the end of older servers': DELTA + oldEnd,
}

function ask(path: string, stream: boolean, answer: string): Promise<Response> {
  const backend = createBackend(async () => new Response(answer))
  const openai = createOpenAiFetch(backend, {listModels: () => []})
  const messages = {messages: [{role: 'user', content: 'Hi'}]}
  const body = {model: 'gpt-5.5', stream, ...(path === '/responses' ? {input: 'Hi'} : messages)}
  return openai(`http://localhost${path}`, {method: 'POST', body: JSON.stringify(body)})
}

const cases = PATHS.flatMap((path) =>
  Object.entries(STREAMS).map(([name, answer]) => [path, name, answer] as const),
)

test.each(cases)(
  '%s: %s, as one object, is an error with a sentence',
  async (path, _name, answer) => {
    const response = await ask(path, false, answer)

    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({error: {code: 'ERR_EVENT_INVALID'}})
  },
)

test.each(cases)('%s: %s, as a stream, ends with an error event', async (path, _name, answer) => {
  const text = await (await ask(path, true, answer)).text()

  expect(text).toContain('ERR_EVENT_INVALID')
})

test('an image whose account of itself is too deep is no image', async () => {
  const answer = `{"data":[{"b64_json":"AAAA"}],"usage":{"deep":${DEEP}}}`
  const backend = createBackend(async () => new Response(answer))
  const openai = createOpenAiFetch(backend, {listModels: () => []})
  const options = {method: 'POST', body: '{"prompt":"A cat"}'}

  const response = await openai('http://localhost/images/generations', options)

  expect(response.status).toBe(502)
})
