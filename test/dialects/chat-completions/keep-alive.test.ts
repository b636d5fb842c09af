import {expect, test} from 'vitest'
import {toChatStream} from '../../../src/dialects/chat-completions/to-chat-stream.ts'

const toBytes = (event: object) => Buffer.from(`data: ${JSON.stringify(event)}\n\n`)

const COMMENT = Buffer.from(': keep-alive\n\n')
const DELTA = toBytes({type: 'response.output_text.delta', output_index: 0, delta: 'Hi'})
const COMPLETED = toBytes({type: 'response.completed', response: {status: 'completed'}})

test('a comment that keeps the connection alive is handed on, before the answer and within it', async () => {
  const body = ReadableStream.from([COMMENT, DELTA, COMMENT, COMPLETED])

  const stream = toChatStream(body, {model: 'gpt-5.5', askedAtMs: 0, includeUsage: false})
  const events = (await new Response(stream).text()).split('\n\n')

  expect(events.map((event) => event.slice(0, 12))).toEqual([
    ': keep-alive',
    // The role, the text, and how it ended.
    'data: {"id":',
    'data: {"id":',
    ': keep-alive',
    'data: {"id":',
    'data: [DONE]',
    '',
  ])
})
