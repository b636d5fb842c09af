/**
 * Whether an image is one that the backend can read.
 *
 * The backend refuses a request with a bad image, and with it every later request of the same
 * conversation. So an image is looked at before it is sent, and a bad one is named.
 *
 * @module
 * @see {@link https://github.com/openai/codex/issues/5346}
 */
import {RequestInvalidError} from '../../../errors.ts'

/** The largest image that is sent, in bytes of the image file: 20 MB. */
const MAX_IMAGE_BYTES = 20 * 1024 * 1024

/** `data:` URLs name their type within this many characters, or are none. */
const MAX_HEADER_CHARACTERS = 300

/** Characters at each end of base64 that are checked; reading megabytes would cost more than it finds. */
const SAMPLE_CHARACTERS = 64

/** How the files of a type begin, as Latin-1 text, from `offset` on. */
const SIGNATURES: readonly {type: string; offset: number; bytes: string}[] = [
  {type: 'image/png', offset: 0, bytes: '\u0089PNG\r\n\u001A\n'},
  {type: 'image/jpeg', offset: 0, bytes: '\u00FF\u00D8\u00FF'},
  {type: 'image/gif', offset: 0, bytes: 'GIF8'},
  {type: 'image/webp', offset: 8, bytes: 'WEBP'},
]

/** What users attach instead, to name it. */
const OTHERS: readonly {name: string; offset: number; bytes: string}[] = [
  {name: 'an SVG drawing', offset: 0, bytes: '<'},
  {name: 'a HEIC or AVIF photo', offset: 4, bytes: 'ftyp'},
  {name: 'a PDF document', offset: 0, bytes: '%PDF'},
  {name: 'a BMP image', offset: 0, bytes: 'BM'},
  {name: 'a TIFF image', offset: 0, bytes: 'II*'},
  {name: 'a TIFF image', offset: 0, bytes: 'MM\0*'},
]

/** The backend would take an address, but not one that only this machine can read. */
const WEB_ADDRESS = /^https?:\/\//i

/** Addresses of this machine and of its own network. */
const OWN_ADDRESS =
  /^https?:\/\/(?:[^/?#@]*@)?(?:(?:10|127)(?:\.\d+){3}|(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d+){2}|0\.0\.0\.0|\[|[^/?#:.]+(?:[/?#:]|$))/i

const UNREACHABLE = 'is at an address that ChatGPT cannot reach'

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/

/** An image that the backend can read, with type and padding put right, or why it cannot. */
export type ReadImage =
  | {readonly url: string; readonly fault?: undefined}
  /** The end of a sentence that begins with "The image", for example `is a BMP image`. */
  | {readonly url?: undefined; readonly fault: string}

/** Reads the address or the data URL of an image. */
export function readImageUrl(url: string): ReadImage {
  if (WEB_ADDRESS.test(url)) {
    return OWN_ADDRESS.test(url) ? {fault: UNREACHABLE} : {url}
  }
  if (url.trim() === '') return {fault: 'is empty'}
  if (!/^data:/i.test(url)) return fromBareBase64(url)
  const comma = url.slice(0, MAX_HEADER_CHARACTERS).indexOf(',')
  const header = url.slice('data:'.length, Math.max(comma, 0)).toLowerCase()
  if (!header.endsWith(';base64')) {
    return {fault: header.includes('svg') ? 'is an SVG drawing' : 'is not a base64 data URL'}
  }
  const given = url.slice(comma + 1)
  const {data, fault} = readBase64(given)
  if (fault !== undefined) return {fault}
  const type = findType(data)
  if (type === undefined) return {fault: describe(data)}
  return {url: header.startsWith(`${type};`) && data === given ? url : toDataUrl(type, data)}
}

/**
 * Checks the address or the data URL of an image.
 *
 * @param field Where the image is, for example `input[3].content[1]`.
 * @returns `url` itself, or a data URL in which type and padding are put right.
 * @throws {RequestInvalidError} The backend could not read the image; the message says what to do.
 */
export function checkImageUrl(url: string, field: string): string {
  const read = readImageUrl(url)
  if (read.fault === undefined) return read.url
  throw new RequestInvalidError(refuseImage(field, read.fault))
}

/** Says what is wrong with an image, and what to do. */
export function refuseImage(field: string, fault: string): string {
  return `The image in \`${field}\` ${fault}. Remove it from the conversation, or attach it as a PNG, JPEG, GIF or WebP file of at most 20 MB.`
}

/** Some clients leave out what a data URL begins with. */
function fromBareBase64(text: string): ReadImage {
  const type = findType(text)
  if (type === undefined) return {fault: UNREACHABLE}
  const {data, fault} = readBase64(text)
  return fault === undefined ? {url: toDataUrl(type, data)} : {fault}
}

/** @returns `given` itself, or without line breaks and with its padding. */
function readBase64(
  given: string,
): {readonly data: string; readonly fault?: undefined} | {data?: undefined; fault: string} {
  // Encoders that break lines do so within the first 76 characters.
  const text = /\s/.test(given.slice(0, 100)) ? given.replaceAll(/\s+/g, '') : given.trimEnd()
  if (text === '') return {fault: 'is empty'}
  const isBase64 =
    BASE64.test(text.slice(-SAMPLE_CHARACTERS)) &&
    (text.length <= SAMPLE_CHARACTERS || BASE64.test(text.slice(0, SAMPLE_CHARACTERS)))
  const characters = text.length - countPadding(text)
  if (!isBase64 || characters % 4 === 1) return {fault: 'was cut off or is not valid base64'}
  if (characters * 0.75 > MAX_IMAGE_BYTES) return {fault: 'is larger than 20 MB'}
  const padding = (4 - (characters % 4)) % 4
  return {data: text.length % 4 === 0 ? text : text.slice(0, characters) + '='.repeat(padding)}
}

function countPadding(text: string): number {
  if (text.endsWith('==')) return 2
  return text.endsWith('=') ? 1 : 0
}

function findType(data: string): string | undefined {
  const head = decodeHead(data)
  return SIGNATURES.find(({bytes, offset}) => head.startsWith(bytes, offset))?.type
}

function describe(data: string): string {
  const head = decodeHead(data)
  const other = OTHERS.find(({bytes, offset}) => head.startsWith(bytes, offset))
  return other ? `is ${other.name}` : 'is not an image that can be read'
}

function decodeHead(data: string): string {
  return Buffer.from(data.slice(0, 32), 'base64').toString('latin1')
}

function toDataUrl(type: string, data: string): string {
  return `data:${type};base64,${data}`
}
