import {expect, test} from 'vitest'
import {EventInvalidError} from '../../../src/errors.ts'
import {createWholeEvents} from '../../../src/responses/answer/whole-events.ts'

const STREAM = 'data: {"a":1}\n\nevent: x\ndata: {"b":"wörld"}\n\ndata: {"c":3}\n\n'

function cut(stream: string, chunkBytes: number) {
  const whole = createWholeEvents()
  const bytes = Buffer.from(stream)
  const parts: string[] = []
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    const events = whole.push(bytes.subarray(start, start + chunkBytes))
    parts.push(...events.map((part) => Buffer.from(part).toString()))
  }
  return {parts, rest: Buffer.from(whole.rest()).toString()}
}

test.each([1, 2, 3, 7, 20, 1000])('chunks of %i bytes come out as whole events', (chunkBytes) => {
  const {parts, rest} = cut(STREAM, chunkBytes)

  expect(parts.join('')).toBe(STREAM)
  expect(parts.filter((part) => !part.endsWith('}\n\n'))).toEqual([])
  expect(rest).toBe('')
})

test.each([1, 5, 1000])('what is only part of an event stays behind (%i)', (chunkBytes) => {
  expect(cut(`${STREAM}data: {"d":`, chunkBytes).rest).toBe('data: {"d":')
})

test('a stream with other line endings goes through as it comes', () => {
  const stream = STREAM.replaceAll('\n', '\r\n')
  const {parts, rest} = cut(stream, 10)

  expect(parts.join('') + rest).toBe(stream)
  expect(rest).toBe('')
})

test('an event over the bound is an error, not a memory that fills up', () => {
  const whole = createWholeEvents(1000)

  expect(() => {
    for (let count = 0; count < 11; count += 1) whole.push(Buffer.from('x'.repeat(100)))
  }).toThrow(EventInvalidError)
})
