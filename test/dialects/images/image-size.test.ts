import {expect, test} from 'vitest'
import {toImageSize} from '../../../src/dialects/images/image-size.ts'
import {RequestInvalidError} from '../../../src/errors.ts'

const toSize = (model: string, fields: {size?: unknown; aspectRatio?: unknown}) =>
  toImageSize({model, size: undefined, aspectRatio: undefined, ...fields})

test.each([
  ['1:1', '1024x1024'],
  ['3:2', '1536x1024'],
  ['2:3', '1024x1536'],
  ['16:9', '2048x1152'],
  ['9:16', '1152x2048'],
  ['4:3', '1600x1200'],
  ['3:4', '1200x1600'],
  ['2:1', '2048x1024'],
  ['1:2', '1024x2048'],
  ['20:9', '2560x1152'],
  ['9:20', '1152x2560'],
])('the ratio %s is a size that gpt-image-2 draws', (aspectRatio, size) => {
  expect(toSize('gpt-image-2', {aspectRatio})).toBe(size)
  expect(toSize('gpt-image-2', {size})).toBe(size)
})

test.each([
  ['1:1', '1024x1024'],
  ['3:2', '1536x1024'],
  ['2:3', '1024x1536'],
  ['16:9', undefined],
  ['9:20', undefined],
])('the ratio %s is %s for gpt-image-1.5', (aspectRatio, size) => {
  expect(toSize('gpt-image-1.5', {aspectRatio})).toBe(size)
})

test('a size wins over a ratio', () => {
  expect(toSize('gpt-image-2', {size: '1024x1024', aspectRatio: '16:9'})).toBe('1024x1024')
})

test.each([
  {},
  {size: null, aspectRatio: null},
  {size: 'auto'},
  {aspectRatio: 'auto'},
  {size: 'auto', aspectRatio: 'auto'},
])('%j leaves it to the model', (fields) => {
  expect(toSize('gpt-image-2', fields)).toBeUndefined()
})

test.each(['3840x2160', '1280x512', '1536x512', '3840x1280'])('gpt-image-2 draws %s', (size) => {
  expect(toSize('gpt-image-2', {size})).toBe(size)
})

test.each([
  ['no multiple of 16', '1000x1000'],
  ['an edge too long', '3856x2048'],
  ['too few pixels', '800x800'],
  ['too many pixels', '3840x2176'],
  ['one edge more than three times the other', '3072x1008'],
  ['no size', 'large'],
  ['a minus', '-1024x1024'],
  ['nothing', '0x0'],
])('%s: gpt-image-2 does not draw %s', (_name, size) => {
  expect(() => toSize('gpt-image-2', {size})).toThrow('`size` must be like 1536x1024')
})

test('gpt-image-1.5 draws three sizes', () => {
  expect(() => toSize('gpt-image-1.5', {size: '2048x1152'})).toThrow(
    '`size` must be one of 1024x1024, 1536x1024, 1024x1536, or auto, for gpt-image-1.5',
  )
})

test.each(['16/9', '5:4', 'constructor'])(
  'the ratio %j is refused with those there are',
  (ratio) => {
    expect(() => toSize('gpt-image-2', {aspectRatio: ratio})).toThrow(
      '`aspect_ratio` must be one of 1:1, 3:2, 2:3, 16:9, 9:16, 4:3, 3:4, 2:1, 1:2, 20:9, 9:20, or auto',
    )
  },
)

test.each([{size: 7}, {size: ''}, {aspectRatio: {}}])('%j is refused', (fields) => {
  expect(() => toSize('gpt-image-2', fields)).toThrow(RequestInvalidError)
})
