/** Draws the extension's icon: a prompt in a speech bubble, as a PNG of 128 × 128 pixels. */
import {crc32, deflateSync} from 'node:zlib'

const SIZE = 128

/** Points of a pixel's width and height at which it is looked at, so that edges are smooth. */
const SAMPLES = 4

const BACKGROUND = [16, 35, 31]
const BUBBLE = [52, 211, 153]

/** Draws the icon. */
export function drawIcon() {
  const lines = Array.from({length: SIZE}, (_line, y) =>
    Buffer.from([0, ...Array.from({length: SIZE}, (_pixel, x) => toPixel(x, y)).flat()]),
  )
  const header = Buffer.alloc(13)
  header.writeUInt32BE(SIZE, 0)
  header.writeUInt32BE(SIZE, 4)
  // Eight bits a channel, with transparency.
  header.set([8, 6], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    toChunk('IHDR', header),
    toChunk('IDAT', deflateSync(Buffer.concat(lines), {level: 9})),
    toChunk('IEND', Buffer.alloc(0)),
  ])
}

/**
 * Red, green, blue and opacity of a pixel.
 *
 * @param {number} x
 * @param {number} y
 */
function toPixel(x, y) {
  let [tile, bubble] = [0, 0]
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
    const px = x + ((sample % SAMPLES) + 0.5) / SAMPLES
    const py = y + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES
    if (isInBox(px, py, [2, 2, 126, 126, 26])) tile += 1
    if (isInBubble(px, py)) bubble += 1
  }
  const count = SAMPLES * SAMPLES
  const share = tile === 0 ? 0 : bubble / tile
  const mixed = BACKGROUND.map((value, channel) =>
    Math.round(value + ((BUBBLE[channel] ?? 0) - value) * share),
  )
  return [...mixed, Math.round((255 * tile) / count)]
}

/**
 * @param {number} x
 * @param {number} y
 */
function isInBubble(x, y) {
  const isTail = y > 88 && y < 108 && x > 36 && x < 36 + (108 - y)
  if (!isTail && !isInBox(x, y, [22, 26, 106, 92, 16])) return false
  return !isPrompt(x, y)
}

/**
 * The sign of a prompt, `>_`.
 *
 * @param {number} x
 * @param {number} y
 */
function isPrompt(x, y) {
  const isArrow = Math.abs(x - (62 - Math.abs(y - 58))) < 6 && Math.abs(y - 58) < 18
  return isArrow || isInBox(x, y, [66, 68, 92, 77, 4])
}

/**
 * @param {number} x
 * @param {number} y
 * @param {[number, number, number, number, number]} box left, top, right, bottom and radius
 */
function isInBox(x, y, [left, top, right, bottom, radius]) {
  const dx = Math.max(left + radius - x, 0, x - (right - radius))
  const dy = Math.max(top + radius - y, 0, y - (bottom - radius))
  return dx * dx + dy * dy <= radius * radius
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function toChunk(type, data) {
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, checksum])
}
