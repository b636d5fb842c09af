/**
 * The JSON that comes with a request.
 *
 * @module
 */
import {isJsonObject, parseJson, type JsonObject} from '../../base/json-object.ts'
import {ConnectorError} from '../connector-error.ts'

/** Everything that is sent here is short. */
const MAX_BYTES = 64 * 1024

/**
 * Reads the body; nothing counts as an empty object.
 *
 * A page of another server can send text without asking, but not JSON: whatever is sent has to say that it is JSON.
 *
 * @throws {ConnectorError} `bad_request`: it is no JSON object; `body_not_json`: it is not called one;
 * `body_too_large`: it is longer than 64 kB.
 */
export async function readBody(request: Request): Promise<JsonObject> {
  const text = await readShort(request)
  if (text.trim() === '') return {}
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new ConnectorError('body_not_json')
  const body = parseJson(text)
  if (!isJsonObject(body)) throw new ConnectorError('bad_request')
  return body
}

async function readShort(request: Request): Promise<string> {
  const body: ReadableStream<Uint8Array> | null = request.body
  if (!body) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > MAX_BYTES) throw new ConnectorError('body_too_large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
