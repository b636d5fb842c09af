import {expect, test} from 'vitest'
import {EventInvalidError} from '../../../../src/errors.ts'
import {EventFramer} from '../../../../src/responses/answer/events/event-framer.ts'

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

interface Framed {
  readonly events: readonly unknown[]
  readonly parts: readonly string[]
  readonly rest: string
}

/** What the framer tells of a stream that comes in chunks of one size. */
function frame(stream: string, chunkBytes: number, wanted?: readonly string[]): Framed {
  const events: unknown[] = []
  const parts: string[] = []
  const framer = new EventFramer({
    wants: (type) => wanted?.includes(type) ?? true,
    onEvent: (event) => void events.push(event.read()),
    onBytes: (bytes) => void parts.push(Buffer.from(bytes).toString()),
  })
  const bytes = Buffer.from(stream)
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    framer.push(bytes.subarray(start, start + chunkBytes))
  }
  const rest = Buffer.from(framer.end()).toString()
  return {events, parts, rest}
}

function scan(stream: string, chunkBytes: number): readonly unknown[] {
  return frame(stream, chunkBytes).events
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
  const framer = new EventFramer({
    wants: () => true,
    onEvent: ({type}) => void types.push(type),
  })

  framer.push(Buffer.from('data: {"type":"response.completed", this is not JSON}\n\n'))

  expect(types).toEqual(['response.completed'])
})

test('an event that is not JSON is an error for whoever reads it', () => {
  expect(() => scan('data: {"type":"response.completed", no}\n\n', 100)).toThrow(EventInvalidError)
})

test('text that is no event at all is passed over', () => {
  expect(scan('<html>\n\n{"detail":"no"}\n\ndata: [1]\n\ndata: "x"\n\n', 5)).toEqual([])
})

test.each(['\n', '\r\n'])('an event over the bound is an error (line ending %j)', (lineEnding) => {
  const framer = new EventFramer({wants: () => true, onEvent: () => {}}, 1000)
  const chunk = Buffer.from('x'.repeat(100))
  framer.push(Buffer.from(`data: {}${lineEnding}${lineEnding}data: `))

  expect(() => {
    for (let count = 0; count < 11; count += 1) framer.push(chunk)
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

const FIRST = {type: 'response.output_item.done', item: {id: 'rs_1', summary: ['wörld \n\n']}}
const SECOND = {type: 'response.output_item.done', item: {id: 'msg_1'}}
const LAST = {type: 'response.completed', response: {id: 'resp_1'}}
const DELTAS = Array.from({length: 400}, (_, index) => ({
  type: 'response.output_text.delta',
  // What a model writes about the protocol is escaped, and no event.
  delta: `"response.output_item.done" ${index} {"type":"response.completed"}\n\n`,
}))
const WANTED = ['response.completed', 'response.output_item.done']

function toText(events: readonly object[], lineEnding = '\n'): string {
  return events
    .map((event) => `event: x${lineEnding}data: ${JSON.stringify(event)}${lineEnding}${lineEnding}`)
    .join('')
}

test.each([1, 7, 100, 1000, 32_768, 1_000_000])(
  'only the events that are wanted are told, in order, in chunks of %i bytes',
  (chunkBytes) => {
    const stream = toText([FIRST, ...DELTAS, SECOND, ...DELTAS, LAST])

    for (const text of [stream, stream.trimEnd(), stream.replaceAll('\n', '\r\n')]) {
      expect(frame(text, chunkBytes, WANTED).events).toEqual([FIRST, SECOND, LAST])
    }
  },
)

test('line endings may change behind events that were not wanted', () => {
  const stream = toText([FIRST, ...DELTAS]) + toText([SECOND, LAST], '\r')

  expect(frame(stream, 500, WANTED).events).toEqual([FIRST, SECOND, LAST])
})

test('an event may be larger than any chunk', () => {
  const huge = {type: 'response.output_item.done', item: {id: 'ig_1', result: 'A'.repeat(500_000)}}

  expect(frame(toText([FIRST, huge, LAST]), 4096, WANTED).events).toEqual([FIRST, huge, LAST])
})

test('an event whose type stands in the line `event:` only is found among others', () => {
  const item = 'event: response.output_item.done\ndata: {"item":{"id":"msg_1"}}\n\n'
  const stream = toText(DELTAS) + item + toText(DELTAS)

  expect(frame(stream, 100_000, WANTED).events).toEqual([SECOND])
})

test('a wanted event is told with its place in the bytes that follow', () => {
  const told: unknown[] = []
  const framer = new EventFramer({
    wants: (type) => WANTED.includes(type),
    onEvent: ({type}, start) => void told.push([type, start]),
    onBytes: ({length}) => void told.push(length),
  })
  framer.push(Buffer.from('data: {"type":"x"}\n\ndata: {"type":"response.comp'))
  framer.push(
    Buffer.from('leted"}\n\ndata: {"type":"x"}\n\ndata: {"type":"response.completed"}\n\n'),
  )

  expect(told).toEqual([20, ['response.completed', 0], 37, ['response.completed', 20], 57])
})

test.each([
  ['events', 'data: {"type":"x"}\n\n', true],
  ['events in CRLF lines', 'data: {"type":"x"}\r\n\r\n', true],
  ['comments', ': keep-alive\n\n', false],
  ['comments in CRLF lines', ': keep-alive\r\n\r\n', false],
  ['empty lines', '\n\n\n\n', false],
])('it is known whether bytes hold more than comments (%s)', (_name, text, expected) => {
  const told: boolean[] = []
  const framer = new EventFramer({
    wants: () => false,
    onEvent: () => {},
    onBytes: (_bytes, hasEvents) => void told.push(hasEvents),
  })
  framer.push(Buffer.from(text))
  framer.push(Buffer.from(text))

  expect(told).toEqual([expected, expected])
})

test.each([1, 2, 3, 7, 20, 1000])('chunks of %i bytes come out as whole events', (chunkBytes) => {
  const stream = 'data: {"a":1}\n\nevent: x\ndata: {"b":"wörld"}\n\ndata: {"c":3}\n\ndata: {"d":'
  const {parts, rest} = frame(stream, chunkBytes)

  expect(parts.join('') + rest).toBe(stream)
  expect(parts.filter((part) => !part.endsWith('}\n\n'))).toEqual([])
  expect(rest).toBe('data: {"d":')
})

test('a stream with other line endings goes through as it comes', () => {
  const stream = STREAM.replaceAll('\n', '\r\n')
  const {parts, rest} = frame(stream, 10)

  expect(parts.join('')).toBe(stream)
  expect(rest).toBe('')
})
