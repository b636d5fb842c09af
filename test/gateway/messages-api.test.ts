import Anthropic, {RateLimitError} from '@anthropic-ai/sdk'
import {expect, test} from 'vitest'
import {startTestGateway, type TestGateway} from '../support/gateway/start-gateway.ts'

/** The Messages API through the gateway, with the SDK of that API. */

function connect({gateway}: TestGateway, options: object = {}): Anthropic {
  return new Anthropic({
    baseURL: gateway.url.origin,
    apiKey: 'cao_of_a_test',
    maxRetries: 0,
    ...options,
  })
}

const ASK = {
  model: 'gpt-5.5',
  max_tokens: 1000,
  messages: [{role: 'user' as const, content: 'Say hello'}],
}

test('a stream, and one object', async () => {
  const gateway = await startTestGateway()
  const client = connect(gateway)

  const streamed = await client.messages.stream(ASK).finalMessage()
  const whole = await client.messages.create(ASK)

  const texts = [streamed, whole].map(({content}) =>
    content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
  )
  expect(texts[0]).toMatch(/\S/)
  expect(texts[1]).toBe(texts[0])
  expect(streamed).toMatchObject({role: 'assistant', model: 'gpt-5.5', stop_reason: 'end_turn'})
  expect(streamed.usage.output_tokens).toBeGreaterThan(0)
})

test('a tool is called, and what it gave is understood with the reasoning of before', async () => {
  const gateway = await startTestGateway()
  const client = connect(gateway)
  const tools = [
    {
      name: 'read_file',
      description: 'Reads a file.',
      input_schema: {type: 'object' as const, properties: {path: {type: 'string'}}},
    },
  ]
  const ask = {
    ...ASK,
    tools,
    messages: [{role: 'user' as const, content: 'use the tool read_file'}],
  }

  const first = await client.messages.create(ask)
  const call = first.content.find((block) => block.type === 'tool_use')
  const second = await client.messages
    .stream({
      ...ask,
      messages: [
        ...ask.messages,
        {role: 'assistant', content: first.content},
        {
          role: 'user',
          content: [{type: 'tool_result', tool_use_id: call?.id ?? '', content: 'It is empty.'}],
        },
      ],
    })
    .finalMessage()

  expect(first.stop_reason).toBe('tool_use')
  expect(call).toMatchObject({name: 'read_file'})
  expect(second.stop_reason).toBe('end_turn')
})

test('another account goes on where one has reached its limit, and all of them say until when', async () => {
  const gateway = await startTestGateway()
  const client = connect(gateway)
  const exhaust = (email: string) =>
    gateway.simulator.changeAccount(email, {primary: {usedPercent: 100}})
  exhaust('ada@example.com')

  const answer = await client.messages.create(ASK)
  exhaust('bob@example.com')
  const refused = await client.messages.create(ASK).catch((error: unknown) => error)

  expect(answer.stop_reason).toBe('end_turn')
  expect(refused).toBeInstanceOf(RateLimitError)
  expect(refused).toMatchObject({
    status: 429,
    error: {type: 'error', error: {type: 'rate_limit_error'}},
  })
  const {headers} = refused as {headers?: Headers}
  expect(headers?.get('x-should-retry')).toBe('false')
})

const listModels = () => [{id: 'gpt-5.5', name: 'GPT-5.5'}]

test('models are listed by names that clients of that API show, and are understood again', async () => {
  const client = connect(await startTestGateway({listModels}))

  const {data} = await client.models.list()
  const one = await client.models.retrieve('claude-gpt-5.5')
  const answer = await client.messages.create({...ASK, model: data[0]?.id ?? ''})

  expect(data.map(({id}) => id).every((id) => id.startsWith('claude-gpt-'))).toBe(true)
  expect(one).toMatchObject({id: 'claude-gpt-5.5', type: 'model', display_name: 'GPT-5.5'})
  expect(answer.model).toBe(data[0]?.id)
})

test('tokens are counted, and the count is corrected by what the backend counts', async () => {
  const gateway = await startTestGateway()
  const client = connect(gateway, {defaultHeaders: {'x-claude-code-session-id': 'session-1'}})

  const {max_tokens: _most, ...counted} = ASK
  const first = await client.messages.countTokens(counted)
  await client.messages.create(ASK)
  const second = await client.messages.countTokens(counted)

  expect(first.input_tokens).toBe(6)
  // The stand-in counts more, with what it was told beside the words; a correction is bounded.
  expect(second.input_tokens).toBe(12)
})

const read = async (response: Response) => [response.status, await response.json()]

test('every refusal has the form of that API', async () => {
  const refusing = await startTestGateway({
    checkClient: () => ({kind: 'refused', status: 401, message: 'Make a key.'}),
  })
  const gateway = await startTestGateway()
  const ask = (path: string, body: string) =>
    gateway.ask(path, {method: 'POST', body, headers: {'content-type': 'application/json'}})

  expect(await read(await refusing.ask('/v1/messages', {method: 'POST', body: '{}'}))).toEqual([
    401,
    {type: 'error', error: {type: 'authentication_error', message: 'Make a key.'}},
  ])
  expect(await read(await ask('/v1/messages', 'not json'))).toMatchObject([
    400,
    {type: 'error', error: {type: 'invalid_request_error'}},
  ])
  expect(await read(await ask('/v1/messages/count_tokens', '{}'))).toMatchObject([
    400,
    {type: 'error', error: {message: '`model` must name a model'}},
  ])
  expect(await read(await ask('/v1/messages/batches', '{}'))).toMatchObject([
    404,
    {type: 'error', error: {type: 'not_found_error'}},
  ])
})
