import {gzipSync} from 'node:zlib'
import {expect, test} from 'vitest'
import {
  ask,
  readEvents,
  readText,
  startTestSimulator,
  userMessage,
} from '../../support/servers/ask-simulator.ts'

const weather = {
  type: 'function',
  name: 'weather',
  parameters: {
    type: 'object',
    properties: {city: {type: 'string'}, days: {type: 'integer'}},
    required: ['city'],
  },
}

test('answers with a text that tells model, effort and prompt', async () => {
  const simulator = await startTestSimulator()

  const response = await ask(simulator, {model: 'gpt-5.2-codex', reasoning: {effort: 'high'}})

  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(await readText(response)).toBe('gpt-5.2-codex (high) heard: hello')
})

test('of a prompt in tagged parts, as editors send it, the last part is what it heard', async () => {
  const simulator = await startTestSimulator()
  const prompt = '<context>The date is today.</context>\n<userRequest>\nhello\n</userRequest>'

  const response = await ask(simulator, {
    model: 'gpt-5.2-codex',
    input: [userMessage(prompt)],
  })

  expect(await readText(response)).toBe('gpt-5.2-codex (medium) heard: hello')
})

test('sends the events in the order of the real backend, numbered', async () => {
  const simulator = await startTestSimulator()

  const events = await readEvents(
    await ask(simulator, {
      reasoning: {effort: 'low', summary: 'auto'},
      include: ['reasoning.encrypted_content'],
    }),
  )

  expect(events.map(({type}) => type.replace('response.', ''))).toEqual([
    'created',
    'in_progress',
    'output_item.added',
    'reasoning_summary_part.added',
    'reasoning_summary_text.delta',
    'reasoning_summary_text.delta',
    'reasoning_summary_text.done',
    'reasoning_summary_part.done',
    'output_item.done',
    'output_item.added',
    'content_part.added',
    'output_text.delta',
    'output_text.delta',
    'output_text.delta',
    'output_text.delta',
    'output_text.done',
    'content_part.done',
    'output_item.done',
    'completed',
  ])
  expect(events.map((event) => event.sequence_number)).toEqual([...events.keys()])
  expect(events.at(-1)).toMatchObject({response: {status: 'completed', output: []}})
})

test('has no reasoning item when the effort is none', async () => {
  const simulator = await startTestSimulator()

  const events = await readEvents(
    await ask(simulator, {model: 'gpt-5.1', reasoning: {effort: 'none', summary: 'auto'}}),
  )

  const done = events.filter(({type}) => type === 'response.output_item.done')
  expect(done.map(({item}) => item?.type)).toEqual(['message'])
})

test('has no summary and no encrypted content when nobody asked for them', async () => {
  const simulator = await startTestSimulator()

  const events = await readEvents(await ask(simulator, {reasoning: {effort: 'high'}}))

  const done = events.filter(({type}) => type === 'response.output_item.done')
  expect(done[0]).toMatchObject({item: {type: 'reasoning', summary: []}})
  expect(done[0]?.item).not.toHaveProperty('encrypted_content')
})

test.each([
  ['flat', {tools: [weather]}, {}],
  [
    'in a namespace',
    {tools: [{type: 'namespace', name: 'home', tools: [weather]}]},
    {namespace: 'home'},
  ],
])('calls a function that is offered %s, with its required arguments', async (_, tools, more) => {
  const simulator = await startTestSimulator()

  const events = await readEvents(
    await ask(simulator, {...tools, input: [userMessage('use the tool weather')]}),
  )

  expect(events.find(({type}) => type === 'response.output_item.done')).toBeDefined()
  expect(events.at(-2)).toMatchObject({
    item: {type: 'function_call', name: 'weather', arguments: '{"city":"text"}', ...more},
  })
})

test('takes the arguments from the prompt', async () => {
  const simulator = await startTestSimulator()
  const input = [userMessage('call weather {"city":"Oslo"} please')]

  const events = await readEvents(await ask(simulator, {tools: [weather], input}))

  expect(events.at(-2)).toMatchObject({item: {arguments: '{"city":"Oslo"}'}})
})

test('makes a call for each line that asks for one, unless the request wants one at a time', async () => {
  const simulator = await startTestSimulator()
  const input = [userMessage('call weather {"city":"Oslo"}\ncall weather {"city":"Rome"}')]
  const readCalls = async (fields: object) => {
    const events = await readEvents(await ask(simulator, {tools: [weather], input, ...fields}))
    const done = events.filter(({type}) => type === 'response.output_item.done')
    return done.flatMap(({item}) =>
      item?.type === 'function_call' ? [(item as {arguments?: string}).arguments] : [],
    )
  }

  expect(await readCalls({})).toEqual(['{"city":"Oslo"}', '{"city":"Rome"}'])
  expect(await readCalls({parallel_tool_calls: false})).toEqual(['{"city":"Oslo"}'])
})

test('searches the web when the request lets it', async () => {
  const simulator = await startTestSimulator()
  const input = [userMessage('search the web for ada lovelace')]

  const events = await readEvents(await ask(simulator, {tools: [{type: 'web_search'}], input}))
  const without = await readEvents(await ask(simulator, {input}))

  const done = events.filter(({type}) => type === 'response.output_item.done')
  expect(done.map(({item}) => item)).toMatchObject([
    {type: 'reasoning'},
    {
      type: 'web_search_call',
      status: 'completed',
      action: {
        query: 'ada lovelace',
        sources: [{type: 'url', url: 'https://example.com/?q=ada%20lovelace'}],
      },
    },
    {type: 'message'},
  ])
  expect(without.map(({type}) => type)).not.toContain('response.web_search_call.searching')
})

test('calls a custom tool of an additional_tools item with its text', async () => {
  const simulator = await startTestSimulator()
  const additional = {
    type: 'additional_tools',
    role: 'developer',
    tools: [{type: 'custom', name: 'patch'}],
  }

  const events = await readEvents(
    await ask(simulator, {input: [additional, userMessage('use the tool patch: *** Begin')]}),
  )

  expect(events.at(-2)).toMatchObject({item: {type: 'custom_tool_call', input: '*** Begin'}})
  expect(events.map(({type}) => type)).toContain('response.custom_tool_call_input.delta')
})

test('answers in words when the tool is not offered', async () => {
  const simulator = await startTestSimulator()

  const text = await readText(await ask(simulator, {input: [userMessage('call the doctor')]}))

  expect(text).toBe('gpt-5.5 (medium) heard: call the doctor')
})

test('quotes the outputs of tools', async () => {
  const simulator = await startTestSimulator()
  const input = [
    userMessage('use the tool weather'),
    {type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{}'},
    {type: 'function_call_output', call_id: 'call_1', output: 'rain'},
  ]

  const text = await readText(await ask(simulator, {tools: [weather], input}))

  expect(text).toBe('gpt-5.5 (medium) read: rain')
})

test('answers with JSON when a schema asks for it', async () => {
  const simulator = await startTestSimulator()
  const format = {type: 'json_schema', name: 'out', schema: weather.parameters}

  const text = await readText(await ask(simulator, {text: {format}}))

  expect(JSON.parse(text)).toEqual({city: 'text'})
})

test('answers a compaction trigger with a compaction', async () => {
  const simulator = await startTestSimulator()

  const events = await readEvents(
    await ask(simulator, {input: [userMessage('hello'), {type: 'compaction_trigger'}]}),
  )

  expect(events.at(-2)).toMatchObject({item: {type: 'compaction'}})
})

test('counts what an earlier prompt with the same cache key had in common', async () => {
  const simulator = await startTestSimulator()
  const instructions = 'x'.repeat(4_000)
  const usages = []

  for (const key of ['a', 'a', 'b']) {
    const events = await readEvents(await ask(simulator, {instructions, prompt_cache_key: key}))
    usages.push(events.at(-1)?.response?.usage)
  }

  expect(usages).toMatchObject([
    {input_tokens: 1023, input_tokens_details: {cached_tokens: 0}},
    {input_tokens: 1023, input_tokens_details: {cached_tokens: 1023}},
    {input_tokens: 1023, input_tokens_details: {cached_tokens: 0}},
  ])
})

test('the cache belongs to the workspace of an account, and its tokens are counted', async () => {
  const emails = ['ada@example.com', 'bob@example.com']
  const simulator = await startTestSimulator({accounts: emails.map((email) => ({email}))})
  const instructions = 'x'.repeat(4_000)

  for (const email of ['ada@example.com', 'ada@example.com', 'bob@example.com']) {
    const {access_token: token} = await simulator.issueTokens(email)
    await ask(simulator, {instructions, prompt_cache_key: 'a'}, {token})
  }

  expect(simulator.tokens).toEqual({
    'ada@example.com': {input: 2046, cached: 1023},
    'bob@example.com': {input: 1023, cached: 0},
  })
})

test('obeys a directive in the prompt, and does not repeat it', async () => {
  const simulator = await startTestSimulator()
  const prompt = 'go [simulator deltas=2000 delta-bytes=5 reasoning-deltas=3 output=full]'

  const events = await readEvents(
    await ask(simulator, {input: [userMessage(prompt)], reasoning: {summary: 'auto'}}),
  )

  const ofType = (name: string) => events.filter(({type}) => type === `response.${name}`)
  expect(ofType('output_text.delta')).toHaveLength(2_000)
  expect(ofType('output_text.delta')[0]?.delta).toHaveLength(5)
  expect(ofType('reasoning_summary_text.delta')).toHaveLength(3)
  expect(events.at(-1)?.response?.output).toHaveLength(2)
})

test('waits before every event, and ends early, when a directive says so', async () => {
  const simulator = await startTestSimulator()
  const input = [userMessage('[simulator delay-ms=1 end=incomplete] go')]

  const events = await readEvents(await ask(simulator, {input}))

  expect(events.at(-1)).toMatchObject({
    type: 'response.incomplete',
    response: {status: 'incomplete', incomplete_details: {reason: 'max_output_tokens'}},
  })
})

test('gives a turn a state, and keeps the one that a client sends', async () => {
  const simulator = await startTestSimulator()

  const first = await ask(simulator)
  const state = first.headers.get('x-codex-turn-state') ?? ''
  const second = await ask(simulator, {}, {headers: {'x-codex-turn-state': state}})

  expect(state).not.toBe('')
  expect(second.headers.get('x-codex-turn-state')).toBe(state)
  expect(second.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
})

test('says which directive it does not know', async () => {
  const simulator = await startTestSimulator()

  const text = await readText(
    await ask(simulator, {input: [userMessage('[simulator detlas=5] go')]}),
  )

  expect(text).toContain('detlas')
})

test('reads a gzip body', async () => {
  const simulator = await startTestSimulator()
  const {access_token: token} = await simulator.issueTokens()
  const input = [userMessage('hi')]
  const request = {model: 'gpt-5.5', stream: true, store: false, instructions: 'x', input}

  const response = await fetch(new URL('/backend-api/codex/responses', simulator.url), {
    method: 'POST',
    headers: {authorization: `Bearer ${token}`, 'content-encoding': 'gzip'},
    body: gzipSync(JSON.stringify(request)),
  })

  expect(response.status).toBe(200)
  expect(simulator.requests.at(-1)?.body).toEqual(request)
})

/** `{"a":1}` as a zstd frame with one raw block, written by hand: Node 20 cannot compress zstd. */
const ZSTD_FRAME = Buffer.concat([
  Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x07, 0x39, 0x00, 0x00]),
  Buffer.from('{"a":1}'),
])

test('reads a zstd body', async () => {
  const simulator = await startTestSimulator()
  const {access_token: token} = await simulator.issueTokens()

  const response = await fetch(new URL('/backend-api/codex/responses', simulator.url), {
    method: 'POST',
    headers: {authorization: `Bearer ${token}`, 'content-encoding': 'zstd'},
    body: ZSTD_FRAME,
  })

  expect(await response.json()).toEqual({detail: 'Stream must be set to true'})
  expect(simulator.requests.at(-1)?.body).toEqual({a: 1})
})

test.each(['gzip', 'zstd'])('refuses a body that is not %s', async (encoding) => {
  const simulator = await startTestSimulator()

  const response = await ask(simulator, {}, {headers: {'content-encoding': encoding}})

  expect([response.status, await response.json()]).toEqual([
    400,
    {detail: `The body is not valid ${encoding}`},
  ])
})

test.each([
  ['a body', undefined, 'x'.repeat(2_000)],
  ['a body that becomes', 'gzip', gzipSync('x'.repeat(2_000))],
])('refuses %s larger than the limit', async (_, encoding, body) => {
  const simulator = await startTestSimulator({maxBodyBytes: 1_000})

  const response = await fetch(new URL('/backend-api/codex/responses', simulator.url), {
    method: 'POST',
    headers: encoding === undefined ? {} : {'content-encoding': encoding},
    body,
  })

  expect(response.status).toBe(413)
})

test('refuses an upgrade with 426, so that clients take HTTP', async () => {
  const simulator = await startTestSimulator()

  const response = await fetch(new URL('/backend-api/codex/responses', simulator.url))

  expect(response.status).toBe(426)
})

test('tells the limits in an event when it is told to', async () => {
  const simulator = await startTestSimulator({sendsRateLimitsEvent: true})

  const events = await readEvents(await ask(simulator))

  expect(events.find(({type}) => type === 'codex.rate_limits')).toMatchObject({
    plan_type: 'plus',
    rate_limits: {allowed: true, primary: {used_percent: 1, window_minutes: 300}},
  })
})
