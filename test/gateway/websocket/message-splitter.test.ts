import {expect, test} from 'vitest'
import {MessageSplitter} from '../../../src/gateway/websocket/message-splitter.ts'

const EVENTS = [
  ': a comment\n\n',
  'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1"}}\n\n',
  'data: {"type": "response.output_text.delta","delta":"ü data: {\\"type\\":\\"x\\"}"}\n\n',
  'event: error\ndata: {"message":\ndata: "two lines"}\n\n',
].join('')

const EXPECTED = [
  ['response.created', '{"type":"response.created","response":{"id":"resp_1"}}'],
  [
    'response.output_text.delta',
    '{"type": "response.output_text.delta","delta":"ü data: {\\"type\\":\\"x\\"}"}',
  ],
  ['', ' {"message": "two lines"}'],
]

function split(text: string, size: number): string[][] {
  const splitter = new MessageSplitter()
  const bytes = Buffer.from(text)
  const messages: string[][] = []
  for (let start = 0; start < bytes.length; start += size) {
    for (const {data, type} of splitter.push(bytes.subarray(start, start + size))) {
      messages.push([type, data.toString()])
    }
  }
  return messages
}

test.each([1, 2, 7, 1000])('finds the same events in parts of %d bytes', (size) => {
  expect(split(EVENTS, size)).toEqual(EXPECTED)
})

test.each(['\r\n', '\r'])('lines may end with %j', (ending) => {
  const text = `${EVENTS.replaceAll('\n', ending)}${ending}`

  expect(split(text, 1)).toEqual(EXPECTED)
  expect(split(text, 1000)).toEqual(EXPECTED)
})
