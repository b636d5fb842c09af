import {text} from 'node:stream/consumers'
import {expect, test} from 'vitest'
import {createChatCompletion} from '../../../../src/hosts/alma/provider/chat-completion.ts'

const OUTPUT = [
  {type: 'reasoning', summary: []},
  {
    type: 'message',
    content: [
      {type: 'output_text', text: 'Hello, '},
      {type: 'output_text', text: 'wörld'},
    ],
  },
]
const EVENTS = [
  {type: 'response.created', response: {}},
  {type: 'response.output_text.delta', delta: 'Hello, '},
  {type: 'response.output_text.delta', delta: 'wörld'},
]

type Request = Parameters<typeof createChatCompletion>[0]

function toMessages(...contents: unknown[]): Request['messages'] {
  return contents.map((content, index) => ({
    id: String(index),
    threadId: 'thread-1',
    role: (['system', 'user', 'assistant'] as const)[index % 3]!,
    content,
    createdAt: '',
  }))
}

function toStream(...events: object[]): Response {
  return new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
}

function complete(request: Partial<Request>, answer: Response) {
  const asked: unknown[] = []
  const result = createChatCompletion(
    {model: 'gpt-5.2', messages: toMessages('Be brief', 'Hi'), ...request},
    {
      url: 'https://backend.example/responses',
      fetch: async (_input, init) => {
        asked.push(JSON.parse(init?.body as string))
        return answer
      },
    },
  )
  return {asked, result}
}

test('streams the text and nothing else', async () => {
  const {result} = complete({}, toStream(...EVENTS))

  expect(await text((await result) as ReadableStream<Uint8Array>)).toBe('Hello, wörld')
})

test('without a stream, gives the whole text', async () => {
  const {asked, result} = complete({stream: false}, Response.json({output: OUTPUT}))

  expect(await result).toEqual({content: 'Hello, wörld'})
  expect(asked).toMatchObject([{stream: false}])
})

test('asks with the messages, their images and the effort', async () => {
  const image = 'data:image/png;base64,AA=='
  const request = {
    messages: toMessages(
      'Be brief',
      [
        {type: 'text', text: 'Look'},
        {type: 'image', image},
      ],
      [{type: 'text', text: 'Nice'}],
    ),
    providerOptions: {reasoningEffort: 'high'},
  }
  const {asked, result} = complete(request, toStream(...EVENTS))
  await result

  expect(asked).toEqual([
    {
      model: 'gpt-5.2',
      input: [
        {role: 'system', content: 'Be brief'},
        {
          role: 'user',
          content: [
            {type: 'input_text', text: 'Look'},
            {type: 'input_image', image_url: image},
          ],
        },
        {role: 'assistant', content: [{type: 'output_text', text: 'Nice'}]},
      ],
      reasoning: {effort: 'high'},
      stream: true,
    },
  ])
})

test('a request that is not answered is an error with the sentence', async () => {
  const error = {error: {message: 'No ChatGPT account is connected.'}}
  const {result} = complete({}, Response.json(error, {status: 401}))

  await expect(result).rejects.toThrow('No ChatGPT account is connected.')
})

test('an answer that fails half-way ends the text with an error', async () => {
  const failed = {type: 'response.failed', response: {error: {message: 'Out of room'}}}
  const {result} = complete({}, toStream(...EVENTS, failed))

  await expect(text((await result) as ReadableStream<Uint8Array>)).rejects.toThrow('Out of room')
})

test.each([
  ['a whole text', {type: 'response.output_text.done', output_index: 0, text: 'Hello, wörld'}],
  ['an item', {type: 'response.output_item.done', output_index: 1, item: OUTPUT[1]}],
  ['the last event', {type: 'response.completed', response: {output: OUTPUT}}],
])('a text that stands only in %s is written', async (_name, event) => {
  const {result} = complete({}, toStream(EVENTS[0]!, event))

  expect(await text((await result) as ReadableStream<Uint8Array>)).toBe('Hello, wörld')
})

test('a text that is said three times is written once', async () => {
  const item = {type: 'response.output_item.done', output_index: 0, item: OUTPUT[1]}
  const {result} = complete(
    {},
    toStream(...EVENTS, {type: 'response.completed', response: {}}, item),
  )

  expect(await text((await result) as ReadableStream<Uint8Array>)).toBe('Hello, wörld')
})
