import {expect, test} from 'vitest'
import {createEventWatcher} from '../../../src/responses/answer/event-watcher.ts'
import {createWholeEvents} from '../../../src/responses/answer/whole-events.ts'

function toEvent(event: object, lineEnding = '\n'): string {
  return `event: x${lineEnding}data: ${JSON.stringify(event)}${lineEnding}${lineEnding}`
}

const FIRST = {type: 'response.output_item.done', item: {id: 'rs_1', summary: ['wörld \n\n']}}
const SECOND = {type: 'response.output_item.done', item: {id: 'msg_1'}}
const LAST = {type: 'response.completed', response: {id: 'resp_1'}}
const DELTAS = Array.from({length: 400}, (_, index) => ({
  type: 'response.output_text.delta',
  // What a model writes about the protocol is escaped, and no event.
  delta: `"response.output_item.done" ${index} {"type":"response.completed"}\n\n`,
}))

function watch(stream: string, chunkBytes: number): unknown[] {
  const events: unknown[] = []
  const watcher = createEventWatcher(
    {every: ['response.completed', 'response.output_item.done'], last: []},
    (event) => void events.push(event.read()),
  )
  const bytes = Buffer.from(stream)
  const whole = createWholeEvents()
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    for (const part of whole.push(bytes.subarray(start, start + chunkBytes))) watcher.push(part)
  }
  watcher.push(whole.rest())
  watcher.end()
  return events
}

const EVENTS = [FIRST, ...DELTAS, SECOND, ...DELTAS, LAST]

test.each([1, 7, 100, 1000, 32_768, 1_000_000])(
  'finds the events asked for among others, in order, in chunks of %i bytes',
  (chunkBytes) => {
    const stream = EVENTS.map((event) => toEvent(event)).join('')

    expect(watch(stream, chunkBytes)).toEqual([FIRST, SECOND, LAST])
    expect(watch(stream.trimEnd(), chunkBytes)).toEqual([FIRST, SECOND, LAST])
    expect(watch(stream.replaceAll('\n', '\r\n'), chunkBytes)).toEqual([FIRST, SECOND, LAST])
  },
)

test('line endings may change after the first search', () => {
  const head = [FIRST, ...DELTAS].map((event) => toEvent(event)).join('')
  const tail = [SECOND, LAST].map((event) => toEvent(event, '\r')).join('')

  expect(watch(head + tail, 500)).toEqual([FIRST, SECOND, LAST])
})

test('an event may be larger than what is searched at once', () => {
  const huge = {type: 'response.output_item.done', item: {id: 'ig_1', result: 'A'.repeat(500_000)}}

  expect(watch([FIRST, huge, LAST].map((event) => toEvent(event)).join(''), 4096)).toEqual([
    FIRST,
    huge,
    LAST,
  ])
})

test('an event whose data has several lines counts as one', () => {
  const stream =
    'data: {"type":\ndata: "response.completed",\ndata: "response":{"id":"resp_1"}}\n\n'

  expect(watch(stream, 10)).toEqual([LAST])
})

test('the last event of a type is known before the end, and only among the latest', () => {
  const watcher = createEventWatcher({every: [], last: ['response.completed', 'error']}, () => {})

  watcher.push(Buffer.from(toEvent({type: 'error', message: 'No'})))
  expect(watcher.last()?.type).toBe('error')
  watcher.push(Buffer.from(toEvent(LAST)))
  watcher.push(Buffer.from(toEvent({type: 'codex.rate_limits'})))
  expect(watcher.last()?.read()).toEqual(LAST)
})

test('an event whose type stands in the line `event:` only is found among others', () => {
  const item = 'event: response.output_item.done\ndata: {"item":{"id":"msg_1"}}\n\n'
  const stream = DELTAS.map((event) => toEvent(event)).join('')

  expect(watch(stream + item + stream, 100_000)).toEqual([SECOND])
})
