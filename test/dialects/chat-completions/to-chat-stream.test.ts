import {expect, test} from 'vitest'
import {toChatStream} from '../../../src/dialects/chat-completions/to-chat-stream.ts'
import {toAnswer} from '../../support/answers/to-answer.ts'

const ASKED_AT_MS = 1_795_176_000_000

const CREATED = {type: 'response.created', response: {id: 'resp_1', created_at: 1_795_176_007}}
const USAGE = {
  input_tokens: 100,
  input_tokens_details: {cached_tokens: 64},
  output_tokens: 20,
  output_tokens_details: {reasoning_tokens: 12},
  total_tokens: 120,
}
const COMPLETED = {type: 'response.completed', response: {status: 'completed', usage: USAGE}}

const text = (delta: string) => ({type: 'response.output_text.delta', output_index: 0, delta})
const added = (output_index: number, item: object) => ({
  type: 'response.output_item.added',
  output_index,
  item,
})
const done = (output_index: number, item: object) => ({
  type: 'response.output_item.done',
  output_index,
  item,
})
const thought = (summary_index: number, delta: string) => ({
  type: 'response.reasoning_summary_text.delta',
  output_index: 0,
  summary_index,
  delta,
})

const toArguments = (delta: string) => ({
  type: 'response.function_call_arguments.delta',
  output_index: 1,
  delta,
})
const toChoices = (delta: object, finish_reason: string | null = null) => [
  {index: 0, delta, finish_reason},
]

function toBytes(...events: object[]): Uint8Array {
  return Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
}

function convert(
  body: ReadableStream<Uint8Array>,
  {includeUsage = false} = {},
): ReadableStream<Uint8Array> {
  return toChatStream(toAnswer(body), {model: 'gpt-5.2-high', askedAtMs: ASKED_AT_MS, includeUsage})
}

async function read(stream: ReadableStream<Uint8Array>): Promise<unknown[]> {
  const events = (await new Response(stream).text()).split('\n\n')
  expect(events.pop()).toBe('')
  return events.map((event) => {
    const data = event.replace(/^data: /, '')
    return data === '[DONE]' ? data : (JSON.parse(data) as unknown)
  })
}

async function convertEvents(...events: object[]): Promise<unknown[]> {
  return read(convert(new Blob([new Uint8Array(toBytes(...events))]).stream()))
}

/** What the chunks say, without what each of them repeats. */
async function deltasOf(...events: object[]): Promise<unknown[]> {
  const chunks = await convertEvents(...events)
  return chunks.map((chunk) => {
    const {choices} = chunk as {choices?: [{delta: object; finish_reason: string | null}]}
    if (!choices) return chunk
    const [{delta, finish_reason: reason}] = choices
    return reason === null ? delta : reason
  })
}

const ROLE = {role: 'assistant', content: ''}

test('each chunk has the id, the time and the model of the answer', async () => {
  const common = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_795_176_007,
    model: 'gpt-5.2-high',
  }

  expect(await convertEvents(CREATED, text('Hello, '), text('wörld'), COMPLETED)).toEqual([
    {...common, choices: toChoices(ROLE)},
    {...common, choices: toChoices({content: 'Hello, '})},
    {...common, choices: toChoices({content: 'wörld'})},
    {...common, choices: toChoices({}, 'stop')},
    '[DONE]',
  ])
})

test('an answer without a beginning is named after the time of the request', async () => {
  expect(await convertEvents(text('Hi'), COMPLETED)).toMatchObject([
    {id: 'chatcmpl-1795176000000', created: 1_795_176_000},
    {id: 'chatcmpl-1795176000000', created: 1_795_176_000},
    {id: 'chatcmpl-1795176000000', created: 1_795_176_000},
    '[DONE]',
  ])
})

test('usage comes last, for those who ask', async () => {
  const stream = convert(new Response(toBytes(CREATED, text('Hi'), COMPLETED)).body!, {
    includeUsage: true,
  })

  expect((await read(stream)).slice(-2)).toEqual([
    {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_795_176_007,
      model: 'gpt-5.2-high',
      choices: [],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 20,
        total_tokens: 120,
        prompt_tokens_details: {cached_tokens: 64},
        completion_tokens_details: {reasoning_tokens: 12},
      },
    },
    '[DONE]',
  ])
})

test('usage that the backend does not tell is not made up', async () => {
  const completed = {type: 'response.completed', response: {usage: null}}
  const stream = convert(new Response(toBytes(text('Hi'), completed)).body!, {includeUsage: true})

  expect(JSON.stringify(await read(stream))).not.toContain('usage')
})

test('thoughts are reasoning content, with a blank line between them', async () => {
  expect(
    await deltasOf(
      CREATED,
      thought(0, 'Let me '),
      thought(0, 'see.'),
      thought(1, 'Yes.'),
      COMPLETED,
    ),
  ).toEqual([
    ROLE,
    {reasoning_content: 'Let me '},
    {reasoning_content: 'see.'},
    {reasoning_content: '\n\nYes.'},
    'stop',
    '[DONE]',
  ])
})

test('a refusal is one', async () => {
  const refusal = {type: 'response.refusal.delta', output_index: 0, delta: 'No.'}

  expect(await deltasOf(refusal, COMPLETED)).toEqual([ROLE, {refusal: 'No.'}, 'stop', '[DONE]'])
})

test('calls are announced with id and name, and numbered among themselves', async () => {
  const call = {type: 'function_call', call_id: 'call_1', name: 'look', arguments: ''}
  const custom = {type: 'custom_tool_call', call_id: 'call_2', name: 'sql', input: ''}

  expect(
    await deltasOf(
      CREATED,
      text('Let me look'),
      added(1, call),
      added(2, custom),
      toArguments('{"at"'),
      {type: 'response.custom_tool_call_input.delta', output_index: 2, delta: 'SELECT 1'},
      toArguments(':1}'),
      done(1, {...call, arguments: '{"at":1}'}),
      done(2, {...custom, input: 'SELECT 1'}),
      COMPLETED,
    ),
  ).toEqual([
    ROLE,
    {content: 'Let me look'},
    {
      tool_calls: [
        {index: 0, id: 'call_1', type: 'function', function: {name: 'look', arguments: ''}},
      ],
    },
    {tool_calls: [{index: 1, id: 'call_2', type: 'custom', custom: {name: 'sql', input: ''}}]},
    {tool_calls: [{index: 0, function: {arguments: '{"at"'}}]},
    {tool_calls: [{index: 1, custom: {input: 'SELECT 1'}}]},
    {tool_calls: [{index: 0, function: {arguments: ':1}'}}]},
    'tool_calls',
    '[DONE]',
  ])
})

test('what comes whole, without deltas, is written whole', async () => {
  const call = {type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":1}'}

  expect(
    await deltasOf(
      done(0, {type: 'reasoning', summary: [{type: 'summary_text', text: 'Hm.'}]}),
      done(1, {type: 'message', content: [{type: 'output_text', text: 'Hi'}]}),
      done(2, call),
      COMPLETED,
    ),
  ).toEqual([
    ROLE,
    {reasoning_content: 'Hm.'},
    {content: 'Hi'},
    {
      tool_calls: [
        {index: 0, id: 'call_1', type: 'function', function: {name: 'look', arguments: '{"at":1}'}},
      ],
    },
    'tool_calls',
    '[DONE]',
  ])
})

test('arguments whose end did not come as a delta are completed', async () => {
  const call = {type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"a'}

  expect(
    await deltasOf(added(0, call), done(0, {...call, arguments: '{"at":1}'}), COMPLETED),
  ).toMatchObject([
    ROLE,
    {tool_calls: [{function: {arguments: '{"a'}}]},
    {tool_calls: [{index: 0, function: {arguments: 't":1}'}}]},
    'tool_calls',
    '[DONE]',
  ])
})

test('what came as deltas is not written again', async () => {
  const message = {type: 'message', content: [{type: 'output_text', text: 'Hi'}]}

  expect(await deltasOf(text('Hi'), done(0, message), COMPLETED)).toEqual([
    ROLE,
    {content: 'Hi'},
    'stop',
    '[DONE]',
  ])
})

test.each([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content_filter'],
  [undefined, 'length'],
])('an answer cut short by %s ends with %s', async (reason, expected) => {
  const incomplete = {
    type: 'response.incomplete',
    response: {incomplete_details: reason === undefined ? null : {reason}},
  }

  expect(await deltasOf(text('Hi'), incomplete)).toEqual([
    ROLE,
    {content: 'Hi'},
    expected,
    '[DONE]',
  ])
})

test('the older end counts as one', async () => {
  const end = {type: 'response.done', response: {status: 'completed'}}

  expect(await deltasOf(text('Hi'), end)).toEqual([ROLE, {content: 'Hi'}, 'stop', '[DONE]'])
})

test.each([
  ['error', {type: 'error', error: {code: 'ERR_NETWORK', message: 'It was cut.'}}],
  ['flat error', {type: 'error', code: 'ERR_NETWORK', message: 'It was cut.'}],
  [
    'failed response',
    {type: 'response.failed', response: {error: {code: 'ERR_NETWORK', message: 'It was cut.'}}},
  ],
])('a failure (%s) is the last that comes, and no success', async (_name, failure) => {
  expect(await deltasOf(text('Hi'), {...failure}, text('more'), COMPLETED)).toMatchObject([
    ROLE,
    {content: 'Hi'},
    {error: {message: 'It was cut.', param: null, code: 'ERR_BACKEND_RESPONSE'}},
  ])
})

test('a failure says when to ask again', async () => {
  const failure = {type: 'error', message: 'Busy.', retry_after: 7}
  const told = await deltasOf(text('Hi'), failure)
  expect(told.at(-1)).toMatchObject({error: {code: 'ERR_BACKEND_RESPONSE', retry_after: 7}})
})

test('an answer that just ends is a failure', async () => {
  expect(await deltasOf(CREATED, text('Hi'))).toEqual([
    ROLE,
    {content: 'Hi'},
    {
      error: {
        message:
          'The answer ended before it was complete: the connection to ChatGPT was cut. Ask again.',
        type: 'server_error',
        param: null,
        code: 'ERR_EVENT_INVALID',
      },
    },
  ])
})

test('an event that is not JSON is a failure', async () => {
  const bytes = Buffer.from('data: {"type":"response.output_text.delta", oops}\n\n')

  expect(await read(convert(new Response(bytes).body!))).toMatchObject([
    {error: {code: 'ERR_EVENT_INVALID'}},
  ])
})

test('a place that is neither a number nor a text is none', async () => {
  const bytes = Buffer.from(
    'data: {"type":"response.reasoning_text.delta","delta":"Hm","output_index":{"toString":null},"content_index":{"toString":null}}\n\ndata: {"type":"response.completed"}\n\n',
  )

  expect(await read(convert(new Response(bytes).body!))).toMatchObject([
    {choices: [{delta: {role: 'assistant'}}]},
    {choices: [{delta: {reasoning_content: 'Hm'}}]},
    {choices: [{finish_reason: 'stop'}]},
    '[DONE]',
  ])
})

test('what follows an event that is not JSON is not told', async () => {
  const parts = [
    'data: {"type":"response.output_text.delta", oops}\n\n',
    'data: {"type":"error"}\n\n',
  ]
  const body = ReadableStream.from(parts.map((part) => Buffer.from(part)))

  expect(await read(convert(body))).toMatchObject([{error: {code: 'ERR_EVENT_INVALID'}}])
})

function breakOff(): ReadableStream<Uint8Array> {
  return new ReadableStream({pull: (controller) => controller.error(new Error('reset'))})
}

test('a connection that breaks is a failure, and an abort breaks the stream', async () => {
  const answer = toAnswer(breakOff(), {signal: AbortSignal.abort(new Error('enough'))})
  const aborted = toChatStream(answer, {model: 'gpt-5.2', askedAtMs: 0, includeUsage: false})

  expect(await read(convert(breakOff()))).toMatchObject([{error: {code: 'ERR_NETWORK'}}])
  await expect(read(aborted)).rejects.toThrow('enough')
})

/** Gives one part each time it is asked, and remembers how often that was, and the end. */
function createSource(...parts: Uint8Array[]) {
  const source = {pulls: 0, cancelledWith: [] as unknown[]}
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(parts[Math.min(source.pulls, parts.length - 1)]!)
        source.pulls += 1
      },
      cancel: (reason) => void source.cancelledWith.push(reason),
    },
    {highWaterMark: 0},
  )
  return {body, source}
}

test('nothing is read before the caller asks for it', async () => {
  const {body, source} = createSource(toBytes(CREATED), toBytes(text('a')), toBytes(text('b')))
  const reader = convert(body).getReader()

  await Promise.resolve()
  expect(source.pulls).toBe(0)
  await reader.read()
  // Two, because the first brought nothing to write.
  expect(source.pulls).toBe(2)
})

test('a caller who stops reading closes the connection', async () => {
  const {body, source} = createSource(toBytes(text('a')))
  const reader = convert(body).getReader()
  await reader.read()

  await reader.cancel('enough')

  expect(source.cancelledWith).toEqual(['enough'])
})

test('the answer is there with its last event, and the rest is read to its end', async () => {
  const {readable, writable} = new TransformStream<Uint8Array, Uint8Array>()
  const backend = writable.getWriter()
  const reader = convert(readable).getReader()

  const written = backend.write(toBytes(text('Hi'), COMPLETED))
  const {value} = await reader.read()
  await written
  expect(Buffer.from(value!).toString()).toMatch(/data: \[DONE\]\n\n$/)

  const closed = backend.close()
  expect(await reader.read()).toMatchObject({done: true})
  await closed
})
