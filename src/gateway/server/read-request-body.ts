/**
 * The body of a request, decoded, and never larger than what is allowed.
 *
 * @module
 */
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  type Unzip,
  type BrotliDecompress,
} from 'node:zlib'
import type {IncomingMessage} from 'node:http'
import type {Readable} from 'node:stream'
import {Decompress} from 'fzstd'

/** What reading a body came to. */
export type RequestBody =
  | {readonly kind: 'read'; readonly bytes: Buffer}
  | {readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly message: string}

/** Emitted on a request before its body is read, for a client that waits to be told so (RFC 9110 §10.1.1). */
export const BODY_WANTED = 'bodyWanted'

/** What of a request its body is read from. */
type IncomingBody = Pick<Readable, 'emit' | 'on' | 'pause'> & Pick<IncomingMessage, 'headers'>

/**
 * Reads and decodes a body. Nothing of it is kept beyond `maxBytes`, before or after it is decoded.
 *
 * @throws The client left before the end.
 */
export async function readRequestBody(
  incoming: IncomingBody,
  maxBytes: number,
): Promise<RequestBody> {
  const raw = await readRawBody(incoming, maxBytes)
  if (raw.kind === 'refused') return raw
  const encoding = (incoming.headers['content-encoding'] ?? '').trim().toLowerCase()
  if (encoding === '' || encoding === 'identity') return raw
  const decode = DECODERS[encoding]
  if (!decode) {
    return {
      kind: 'refused',
      status: 415,
      message: 'Send the body as it is, or encoded as zstd, gzip, deflate or br.',
    }
  }
  try {
    const bytes = await decode(raw.bytes, maxBytes)
    return bytes ? {kind: 'read', bytes} : tooLarge(maxBytes)
  } catch {
    return {kind: 'refused', status: 400, message: `The body is not valid ${encoding}.`}
  }
}

/**
 * Reads a body as it comes, encoded or not.
 *
 * @throws The client left before the end.
 */
export async function readRawBody(incoming: IncomingBody, maxBytes: number): Promise<RequestBody> {
  if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) return tooLarge(maxBytes)
  const chunks: Buffer[] = []
  let size = 0
  incoming.emit(BODY_WANTED)
  // By events, because an iterator costs a small request more than all else that is done with its body.
  return new Promise((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= maxBytes) chunks.push(chunk)
      else {
        chunks.length = 0
        incoming.pause()
        resolve(tooLarge(maxBytes))
      }
    })
    incoming.on('end', () => {
      resolve({kind: 'read', bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)})
    })
    incoming.on('error', reject)
    incoming.on('close', () => reject(new Error('The client left before the end of its request')))
  })
}

/** Each gives `undefined` when what comes out is too large. */
type Decoder = (bytes: Buffer, maxBytes: number) => Promise<Buffer | undefined>

const DECODERS: Readonly<Record<string, Decoder>> = {
  br: (bytes, maxBytes) => decodeWith(createBrotliDecompress(), bytes, maxBytes),
  deflate: (bytes, maxBytes) => decodeWith(createInflate(), bytes, maxBytes),
  gzip: (bytes, maxBytes) => decodeWith(createGunzip(), bytes, maxBytes),
  'x-gzip': (bytes, maxBytes) => decodeWith(createGunzip(), bytes, maxBytes),
  zstd: async (bytes, maxBytes) => decodeZstd(bytes, maxBytes),
}

async function decodeWith(
  decoder: BrotliDecompress | Unzip,
  bytes: Buffer,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  decoder.end(bytes)
  for await (const chunk of decoder as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

class TooLarge extends Error {}

/** Node before 22.15 has no zstd, and the library no limit, so what comes out is counted piece by piece. */
function decodeZstd(bytes: Buffer, maxBytes: number): Buffer | undefined {
  const pieces: Uint8Array[] = []
  let size = 0
  const decoder = new Decompress((piece) => {
    size += piece.byteLength
    if (size > maxBytes) throw new TooLarge()
    pieces.push(piece.slice())
  })
  try {
    decoder.push(bytes, true)
  } catch (error) {
    if (error instanceof TooLarge) return undefined
    throw error
  }
  return Buffer.concat(pieces)
}

function tooLarge(maxBytes: number): RequestBody {
  const megabytes = Math.floor(maxBytes / 1024 / 1024)
  return {
    kind: 'refused',
    status: 413,
    message: `The body is larger than the ${megabytes} MB that are taken. Send less at once.`,
  }
}
