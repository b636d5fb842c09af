import {expect, test} from 'vitest'
import {toChatStream} from '../../src/dialects/chat-completions/to-chat-stream.ts'
import {toMessageStream} from '../../src/dialects/messages/answer/to-message-stream.ts'
import type {Answer} from '../../src/responses/answer/answer.ts'
import {toAnswer} from '../support/answers/to-answer.ts'

/** What clients of other APIs read while nothing of an answer becomes an event of theirs. */

const toText = (event: object) => `data: ${JSON.stringify(event)}\n\n`

const CREATED = toText({type: 'response.created', response: {id: 'resp_1'}})
const DELTA = toText({type: 'response.output_text.delta', output_index: 0, delta: 'Hi'})
const COMPLETED = toText({type: 'response.completed', response: {status: 'completed'}})

const DIALECTS = {
  chat: (answer: Answer) =>
    toChatStream(answer, {model: 'gpt-5.5', askedAtMs: 0, includeUsage: false}),
  messages: (answer: Answer) =>
    toMessageStream(answer, {
      model: 'claude-sonnet-4-5',
      askedAtMs: 0,
      stopSequences: [],
      toFailure: () => undefined,
    }),
}

/** Reads a stream of the dialect, while the backend repeats `text` for as long as the test wants. */
function read(dialect: keyof typeof DIALECTS, repeated: string) {
  let controller: ReadableStreamDefaultController<Uint8Array>
  const body = new ReadableStream<Uint8Array>({start: (given) => void (controller = given)})
  const send = (text: string) => controller.enqueue(Buffer.from(text))
  const timer = setInterval(() => void (repeated === '' || send(repeated)), 1)
  const answer = toAnswer(body, {checkIntervalMs: 1, keepAliveMs: 5})
  const reader = DIALECTS[dialect](answer).getReader()
  let text = ''
  return {
    send,
    /** Everything so far, once it holds this. */
    async until(part: string): Promise<string> {
      while (!text.includes(part)) {
        const {done, value} = await reader.read()
        if (done) throw new Error(`The stream ended with ${text}`)
        text += Buffer.from(value).toString()
      }
      return text
    },
    async end() {
      clearInterval(timer)
      await reader.cancel()
    },
  }
}

const UNWRITTEN = {
  'is silent': '',
  'sends pings': ': ping\n\n',
  'sends events about itself': toText({type: 'codex.rate_limits'}),
  'thinks without a summary': toText({type: 'response.reasoning.delta', delta: 'x'}),
}

test.each(
  Object.entries(UNWRITTEN).flatMap(([what, text]) =>
    (['chat', 'messages'] as const).map((dialect) => [dialect, what, text] as const),
  ),
)(
  'a client of %s hears that the connection lives while the backend %s',
  async (dialect, _what, text) => {
    const client = read(dialect, text)
    client.send(CREATED)

    const sign = dialect === 'chat' ? ': keep-alive\n\n' : 'data: {"type":"ping"}\n\n'
    expect(await client.until(sign)).not.toContain('Hi')
    client.send(DELTA)
    expect(await client.until('Hi')).not.toContain('error')
    client.send(COMPLETED)
    expect(await client.until(dialect === 'chat' ? '[DONE]' : 'message_stop')).not.toContain(
      'error',
    )
    await client.end()
  },
)
