import {expect, test} from 'vitest'
import {EventInvalidError} from '../../../src/errors.ts'
import {createEventScanner} from '../../../src/responses/answer/event-scanner.ts'

const STREAM = [
  'event: response.created\ndata: {"type":"response.created","response":{"id":"resp_1"}}\n\n',
  ': keep-alive\n\n',
  'data: {"type":"response.output_text.delta","delta":"wörld \\n\\n"}\n\n',
  'data:{"sequence_number":3,"type":"response.output_item.done","item":{"type":"message"}}\n\n',
  'event: response.completed\ndata: {"type":"response.completed",\ndata: "response":{"id":"resp_1"}}\n\n',
  'data: [DONE]\n\n',
].join('')

const EVENTS = [
  {type: 'response.created', response: {id: 'resp_1'}},
  {type: 'response.output_text.delta', delta: 'wörld \n\n'},
  {type: 'response.output_item.done', sequence_number: 3, item: {type: 'message'}},
  {type: 'response.completed', response: {id: 'resp_1'}},
]

function scan(stream: string, chunkBytes: number): unknown[] {
  const events: unknown[] = []
  const scanner = createEventScanner((event) => void events.push(event.read()))
  const bytes = Buffer.from(stream)
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    scanner.push(bytes.subarray(start, start + chunkBytes))
  }
  scanner.end()
  return events
}

const sizes = [1, 2, 3, 5, 7, 11, 64, 1000]

test.each(sizes)('finds every event in chunks of %i bytes', (chunkBytes) => {
  expect(scan(STREAM, chunkBytes)).toEqual(EVENTS)
})

test.each(sizes)('takes CRLF, CR and a byte order mark in chunks of %i bytes', (chunkBytes) => {
  expect(scan(STREAM.replaceAll('\n', '\r\n'), chunkBytes)).toEqual(EVENTS)
  expect(scan(STREAM.replaceAll('\n', '\r'), chunkBytes)).toEqual(EVENTS)
  expect(scan(`\uFEFF${STREAM}`, chunkBytes)).toEqual(EVENTS)
})

test('line endings may change in the middle', () => {
  const [head = '', ...rest] = STREAM.split(': keep-alive\n\n')
  expect(scan(head + rest.join('').replaceAll('\n', '\r\n'), 10)).toEqual(EVENTS)
})

test('an event without a blank line behind it counts when the stream ends', () => {
  expect(scan(STREAM.replace(/\n\ndata: \[DONE\]\n\n$/, ''), 9)).toEqual(EVENTS)
})

test('the type of an event is known without its JSON being read', () => {
  const types: string[] = []
  const scanner = createEventScanner(({type}) => void types.push(type))

  scanner.push(Buffer.from('data: {"type":"response.completed", this is not JSON}\n\n'))

  expect(types).toEqual(['response.completed'])
})

test('an event that is not JSON is an error for whoever reads it', () => {
  expect(() => scan('data: {"type":"response.completed", no}\n\n', 100)).toThrow(EventInvalidError)
})

test('text that is no event at all is passed over', () => {
  expect(scan('<html>\n\n{"detail":"no"}\n\ndata: [1]\n\ndata: "x"\n\n', 5)).toEqual([])
})

test.each(['\n', '\r\n'])('an event over the bound is an error (line ending %j)', (lineEnding) => {
  const scanner = createEventScanner(() => {}, {maxEventBytes: 1000})
  const chunk = Buffer.from('x'.repeat(100))
  scanner.push(Buffer.from(`data: {}${lineEnding}${lineEnding}data: `))

  expect(() => {
    for (let count = 0; count < 11; count += 1) scanner.push(chunk)
  }).toThrow(EventInvalidError)
})

test.each(sizes)(
  'a type may stand in the line `event:` only (chunks of %i bytes)',
  (chunkBytes) => {
    const stream = 'event: response.done\ndata: {"response":{}}\n\nevent: x\ndata: {"type":"y"}\n\n'
    const events = [{type: 'response.done', response: {}}, {type: 'y'}]

    expect(scan(stream, chunkBytes)).toEqual(events)
    expect(scan(stream.replaceAll('\n', '\r\n'), chunkBytes)).toEqual(events)
  },
)

test('an error in plain words is one', () => {
  expect(scan('event: error\ndata: upstream is down\n\n', 100)).toEqual([
    {type: 'error', message: 'upstream is down'},
  ])
})

test('what is nested so deeply that nobody could write it again is not read', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`

  expect(() => scan(`data: {"type":"x","item":${deep}}\n\n`, 100_000)).toThrow(EventInvalidError)
})

test('brackets in a text are not nesting', () => {
  const text = '[{'.repeat(5000)

  expect(scan(`data: ${JSON.stringify({type: 'x', text})}\n\n`, 100_000)).toEqual([
    {type: 'x', text},
  ])
})
