/**
 * A picture, made by code.
 *
 * @module
 * @see {@link https://www.w3.org/TR/png-3/}
 */
import {createHash} from 'node:crypto'
import {crc32, deflateSync} from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

/** Bits of a color channel, then: palette, deflate, the only filter method, not interlaced. */
const HEADER_END = [8, 3, 0, 0, 0]

/** Stripes across the picture. */
const STRIPES = 8

/** What to draw. */
export interface Picture {
  /** Pixels. */
  readonly width: number
  /** Pixels. */
  readonly height: number
  /** The same text gives the same picture, and another text other colors. */
  readonly text: string
}

/** Draws stripes in the colors of a text, as a PNG file. */
export function drawPng({width, height, text}: Picture): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const palette = createHash('sha256')
    .update(text)
    .digest()
    .subarray(0, 3 * STRIPES)
  // A line begins with its filter: 0, none.
  const line = Buffer.alloc(width + 1)
  for (let x = 0; x < width; x++) line[x + 1] = Math.floor((x * STRIPES) / width)
  const lines = Buffer.concat(Array.from({length: height}, () => line))
  return Buffer.concat([
    SIGNATURE,
    writeChunk('IHDR', Buffer.concat([header, Buffer.from(HEADER_END)])),
    writeChunk('PLTE', palette),
    writeChunk('IDAT', deflateSync(lines)),
    writeChunk('IEND', Buffer.alloc(0)),
  ])
}

function writeChunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, checksum])
}
