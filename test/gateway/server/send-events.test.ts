import {EventEmitter, once} from 'node:events'
import {createServer, get, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'
import {onTestFinished, expect, test} from 'vitest'
import {sendEvents} from '../../../src/gateway/server/send-events.ts'
import type {Answer, AnswerSink} from '../../../src/responses/answer/answer.ts'

/** What comes of an answer that gives its parts one after the other; each promise is waited for. */
async function receive(steps: readonly ((sink: AnswerSink) => Promise<void> | void)[]) {
  const left = [...steps]
  const answer: Answer = {
    pull: (sink) => left.shift()?.(sink) ?? undefined,
    cancel: async () => {},
    result: () => ({}),
    itemCount: () => 0,
  }
  const counted: number[] = []
  const options = {
    signal: new AbortController().signal,
    onBytes: (bytes: number) => void counted.push(bytes),
  }
  const headers = {'content-type': 'text/event-stream'}
  const server = createServer((_incoming, outgoing) => {
    void sendEvents({answer, describe: undefined, headers}, outgoing, options)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const {port} = server.address() as AddressInfo
  const [response] = (await once(get({port, host: '127.0.0.1', agent: false}), 'response')) as [
    IncomingMessage,
  ]
  return {response, counted}
}

const write = (letters: string) => (sink: AnswerSink) => sink.write(Buffer.from(letters))

test('an answer that is there as a whole says how long it is, whatever letters it has', async () => {
  const {counted, response} = await receive([
    (sink) => {
      write('data: grün\n\n')(sink)
      write('data: 2\n\n')(sink)
      sink.end()
    },
  ])

  expect(response.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'content-length': '22',
  })
  expect(await text(response)).toBe('data: grün\n\ndata: 2\n\n')
  expect(counted).toEqual([13, 9])
})

test('a large one does too', async () => {
  const {response} = await receive([
    (sink) => {
      write('x'.repeat(100_000))(sink)
      sink.end()
    },
  ])

  expect(response.headers['content-length']).toBe('100000')
  expect(await text(response)).toBe('x'.repeat(100_000))
})

test('the head goes out while the next word takes its time, and events as they come', async () => {
  const model = new EventEmitter()
  const {response} = await receive([
    async (sink) => {
      await once(model, 'word')
      write('data: 1\n\n')(sink)
    },
    write('data: 2\n\n'),
    (sink) => sink.end(),
  ])

  expect(response.headers['content-length']).toBeUndefined()
  model.emit('word')
  expect(await text(response)).toBe('data: 1\n\ndata: 2\n\n')
})
