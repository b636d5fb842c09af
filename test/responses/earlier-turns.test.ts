import {expect, test} from 'vitest'
import type {FetchFunction} from '../../src/http/fetch.ts'
import {createCodexFetch} from '../support/engine/create-codex-fetch.ts'
import {createBackend} from '../support/engine/create-backend.ts'

const CALL = {type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{}'}
const SENT_CALL = {type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}'}

const DONE = {type: 'response.output_item.done', output_index: 0, item: CALL}

/** Answers `resp_1`, `resp_2` and so on, each with a call, and remembers what was asked. */
function start(toItemEvents: () => readonly object[] = () => [DONE]) {
  const sent: {input: unknown; prompt_cache_key: unknown}[] = []
  const fetch: FetchFunction = async (input, init) => {
    sent.push((await new Request(input, init).json()) as (typeof sent)[number])
    const id = `resp_${sent.length}`
    const events = [
      {type: 'response.created', response: {id}},
      ...toItemEvents(),
      {type: 'response.completed', response: {id, status: 'completed', output: []}},
    ]
    const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
    return new Response(body, {headers: {'content-type': 'text/event-stream'}})
  }
  const codexFetch = createCodexFetch(createBackend(fetch))
  const ask = async (request: object) => {
    const body = JSON.stringify({model: 'gpt-5.5', ...request})
    const response = await codexFetch('http://localhost/responses', {method: 'POST', body})
    return {status: response.status, text: await response.text()}
  }
  return {ask, sent}
}

const hello = {type: 'message', role: 'user', content: [{type: 'input_text', text: 'Hello'}]}
const output = {type: 'function_call_output', call_id: 'call_1', output: 'a cat'}

test.each([true, false])(
  'a request that names the response before it is sent with all that was said (stream: %s)',
  async (stream) => {
    const {ask, sent} = start()
    await ask({stream, input: 'Hello'})

    await ask({stream, previous_response_id: 'resp_1', input: [output]})
    await ask({stream, previous_response_id: 'resp_2', input: 'Thanks'})

    expect(sent[1]?.input).toEqual([hello, SENT_CALL, output])
    expect(sent[2]?.input).toMatchObject([
      hello,
      SENT_CALL,
      output,
      {type: 'function_call'},
      {},
      {},
    ])
    expect(sent[2]?.prompt_cache_key).toBe(sent[0]?.prompt_cache_key)
  },
)

test('an answer that came in deltas alone is remembered as the object that was made of it', async () => {
  const {ask, sent} = start(() => [
    {type: 'response.output_item.added', output_index: 0, item: {...CALL, arguments: ''}},
    {type: 'response.function_call_arguments.delta', output_index: 0, delta: '{}'},
  ])
  await ask({stream: false, input: 'Hello'})

  await ask({stream: false, previous_response_id: 'resp_1', input: [output]})

  expect(sent[1]?.input).toEqual([hello, SENT_CALL, output])
})

test('a conversation goes on where it was', async () => {
  const {ask, sent} = start()
  await ask({conversation: 'conv_1', input: 'Hello'})

  await ask({conversation: {id: 'conv_1'}, input: [output]})

  expect(sent[1]?.input).toEqual([hello, SENT_CALL, output])
  expect(sent[1]?.prompt_cache_key).toBe('conv_1')
})

test('a response that is not remembered is refused with a sentence, and nobody is asked', async () => {
  const {ask, sent} = start()
  await ask({store: false, input: 'Hello'})

  for (const input of [[], [output]]) {
    const {status, text} = await ask({previous_response_id: 'resp_1', input})
    expect([status, text]).toEqual([400, expect.stringContaining('is not remembered here')])
  }
  expect(sent).toHaveLength(1)
})

test.each([
  [{conversation: 'conv_9', input: []}],
  [{prompt: {id: 'pmpt_1'}}],
  [{input: [{type: 'item_reference', id: 'msg_9'}]}],
])(
  '%j refers to nothing that is known, and is not answered as if it were empty',
  async (request) => {
    const {ask, sent} = start()

    const {status, text} = await ask(request)

    expect([status, text]).toEqual([400, expect.stringContaining('There is nothing to answer')])
    expect(sent).toEqual([])
  },
)
