import {Readable} from 'node:stream'
import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib'
import {expect, test} from 'vitest'
import {readRequestBody} from '../../../src/gateway/server/read-request-body.ts'

/** Bodies are decoded, and none is larger than what is allowed. */

function incoming(bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  return Object.assign(Readable.from([bytes.subarray(0, 5), bytes.subarray(5)]), {headers})
}

const TEXT = '{"model":"gpt-5.5","input":"hello"}'

/** The head of a frame with one block that is not compressed: what {@link TEXT} stands behind (RFC 8878). */
const ZSTD = Buffer.from('28b52ffd2023190100', 'hex')

test.for([
  ['identity', Buffer.from(TEXT)],
  ['gzip', gzipSync(TEXT)],
  ['x-gzip', gzipSync(TEXT)],
  ['deflate', deflateSync(TEXT)],
  ['br', brotliCompressSync(TEXT)],
  ['zstd', Buffer.concat([ZSTD, Buffer.from(TEXT)])],
] as const)('reads a body that is encoded as %s', async ([encoding, bytes]) => {
  const body = await readRequestBody(incoming(bytes, {'content-encoding': encoding}), 1000)

  expect(body.kind === 'read' && body.bytes.toString()).toBe(TEXT)
})

test('a body is refused when it is too large, before or after it is decoded', async () => {
  const large = Buffer.alloc(100_000, 'a')
  const refused = await Promise.all([
    readRequestBody(incoming(large), 1000),
    readRequestBody(incoming(Buffer.alloc(10), {'content-length': '100000'}), 1000),
    readRequestBody(incoming(gzipSync(large), {'content-encoding': 'gzip'}), 1000),
  ])

  expect(refused).toMatchObject([
    {kind: 'refused', status: 413},
    {kind: 'refused', status: 413},
    {kind: 'refused', status: 413},
  ])
})

test('an encoding that nobody knows, and one that is not what it says, are refused', async () => {
  const unknown = await readRequestBody(
    incoming(Buffer.from(TEXT), {'content-encoding': 'x'}),
    1000,
  )
  const wrong = await Promise.all(
    ['gzip', 'deflate', 'br', 'zstd'].map((encoding) =>
      readRequestBody(incoming(Buffer.from(TEXT), {'content-encoding': encoding}), 1000),
    ),
  )

  expect(unknown).toMatchObject({kind: 'refused', status: 415})
  expect(wrong.map((body) => body.kind === 'refused' && body.status)).toEqual([400, 400, 400, 400])
})
