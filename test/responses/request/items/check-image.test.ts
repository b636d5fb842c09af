import {expect, test} from 'vitest'
import {RequestInvalidError} from '../../../../src/errors.ts'
import {checkImageUrl} from '../../../../src/responses/request/items/check-image.ts'

function encode(bytes: string): string {
  return Buffer.from(bytes.padEnd(33, '\0'), 'latin1').toString('base64')
}

const PNG = encode('\u0089PNG\r\n\u001A\n')
const JPEG = encode('\u00FF\u00D8\u00FF\u00E0')
const GIF = encode('GIF89a')
const WEBP = encode('RIFF\0\0\0\0WEBPVP8 ')

/** A PNG image of this size. */
function createBase64(megabytes: number): string {
  return PNG + 'A'.repeat((megabytes * 1024 * 1024 * 4) / 3 - PNG.length)
}

test.each([
  ['image/png', PNG],
  ['image/jpeg', JPEG],
  ['image/gif', GIF],
  ['image/webp', WEBP],
])('a data URL of %s is handed on as it is', (type, data) => {
  const url = `data:${type};base64,${data}`

  expect(checkImageUrl(url, 'input[0]')).toBe(url)
})

test('an address on the web is handed on as it is', () => {
  expect(checkImageUrl('https://example.com/a.svg', 'input[0]')).toBe('https://example.com/a.svg')
})

test.each([
  ['a type of `image`, which poisoned whole threads', `data:image;base64,${PNG}`],
  ['another type', `data:image/jpeg;base64,${PNG}`],
  ['no type', `data:;base64,${PNG}`],
  ['a type of bytes', `data:application/octet-stream;base64,${PNG}`],
  ['no header at all', PNG],
  ['line breaks', `data:image/png;base64,${PNG.slice(0, 20)}\r\n${PNG.slice(20)}\n`],
])('a PNG image with %s gets its right data URL', (_name, url) => {
  expect(checkImageUrl(url, 'input[0]')).toBe(`data:image/png;base64,${PNG}`)
})

test('missing padding is added', () => {
  const data = Buffer.from(`\u0089PNG\r\n\u001A\n${'\0'.repeat(20)}`, 'latin1').toString('base64')

  expect(data).toMatch(/=$/)
  expect(checkImageUrl(`data:image/png;base64,${data.replace(/=+$/, '')}`, 'input[0]')).toBe(
    `data:image/png;base64,${data}`,
  )
})

test.each([
  ['nothing', '', 'is empty'],
  ['a data URL without data', 'data:image/png;base64,', 'is empty'],
  ['a drawing', `data:image/svg+xml;base64,${encode('<svg xmlns')}`, 'is an SVG drawing'],
  ['a drawing as text', 'data:image/svg+xml;utf8,<svg/>', 'is an SVG drawing'],
  [
    'a photo of a phone',
    `data:image/heic;base64,${encode('\0\0\0\u0018ftypheic')}`,
    'is a HEIC or AVIF photo',
  ],
  ['a document', `data:image/png;base64,${encode('%PDF-1.7')}`, 'is a PDF document'],
  ['noise', `data:image/png;base64,${encode('noise')}`, 'is not an image that can be read'],
  ['plain text', 'data:image/png,hello', 'is not a base64 data URL'],
  ['no data', 'data:image/png;base64', 'is not a base64 data URL'],
  ['a file', 'file:///home/ada/a.png', 'is at an address that ChatGPT cannot reach'],
  ['broken base64', `data:image/png;base64,${PNG.slice(0, 40)}!!!!`, 'is not valid base64'],
  ['half an image', `data:image/png;base64,${PNG.slice(0, 41)}`, 'was cut off'],
])('%s is refused with what to do', (_name, url, words) => {
  const check = () => checkImageUrl(url, 'input[3].content[1]')

  expect(check).toThrow(RequestInvalidError)
  expect(check).toThrow(words)
  expect(check).toThrow('The image in `input[3].content[1]`')
})

test('an image over 20 MB is refused, and one just below is not', () => {
  const largest = `data:image/png;base64,${createBase64(18)}`

  expect(checkImageUrl(largest, 'input[0]')).toBe(largest)
  expect(() => checkImageUrl(`data:image/png;base64,${createBase64(21)}`, 'input[0]')).toThrow(
    'is larger than 20 MB',
  )
})
