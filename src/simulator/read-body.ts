/**
 * Reads a request body, compressed or not.
 *
 * @module
 */
import {brotliDecompressSync, gunzipSync, inflateSync} from 'node:zlib'
import {Decompress} from 'fzstd'

/** What reading a body came to. */
export type ReadBody =
  | {readonly kind: 'read'; readonly bytes: Uint8Array}
  | {readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly detail: string}

/** Reads and decompresses the body. Neither form may be larger than `maxBytes`. */
export async function readBody(request: Request, maxBytes: number): Promise<ReadBody> {
  const chunks: Uint8Array[] = []
  let size = 0
  const body: AsyncIterable<Uint8Array> | undefined = request.body ?? undefined
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) return tooLarge(maxBytes)
    chunks.push(chunk)
  }
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  return decode(Buffer.concat(chunks), encoding, maxBytes)
}

function decode(bytes: Uint8Array, encoding: string, maxBytes: number): ReadBody {
  const decoders: Readonly<Record<string, (() => Uint8Array) | undefined>> = {
    identity: () => bytes,
    gzip: () => gunzipSync(bytes, {maxOutputLength: maxBytes}),
    deflate: () => inflateSync(bytes, {maxOutputLength: maxBytes}),
    br: () => brotliDecompressSync(bytes, {maxOutputLength: maxBytes}),
    zstd: () => decompressZstd(bytes, maxBytes),
  }
  const decoder = decoders[encoding.trim().toLowerCase()]
  if (!decoder) return {kind: 'refused', status: 415, detail: 'Unsupported content encoding'}
  try {
    return {kind: 'read', bytes: decoder()}
  } catch (error) {
    if (isTooLarge(error)) return tooLarge(maxBytes)
    return {kind: 'refused', status: 400, detail: `The body is not valid ${encoding}`}
  }
}

/** zlib of Node 20 has no zstd, and `fzstd` no limit, so the limit is checked piece by piece. */
function decompressZstd(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const pieces: Uint8Array[] = []
  let size = 0
  const stream = new Decompress((piece) => {
    size += piece.byteLength
    if (size > maxBytes) throw Object.assign(new RangeError(), {code: 'ERR_BUFFER_TOO_LARGE'})
    pieces.push(piece.slice())
  })
  stream.push(bytes, true)
  return Buffer.concat(pieces)
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}

function tooLarge(maxBytes: number): ReadBody {
  return {kind: 'refused', status: 413, detail: `The body is larger than ${maxBytes} bytes`}
}
