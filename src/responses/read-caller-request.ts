/**
 * What a caller asks, whichever way it calls `fetch`.
 *
 * @module
 */
import {RequestInvalidError} from '../errors.ts'
import {isJsonObject, parseJson, type JsonObject} from '../http/json-object.ts'
import {keepSignal} from '../http/keep-signal.ts'

/** A caller's request. */
export interface CallerRequest {
  /** Path of its URL, for example `/backend-api/responses`. */
  readonly path: string
  /** Aborted when the caller no longer wants the answer. */
  readonly signal: AbortSignal | undefined
  /** @throws {RequestInvalidError} The body is not a JSON object. */
  readonly readBody: () => Promise<JsonObject>
}

/** Reads the arguments of a call to `fetch`. */
export function readCallerRequest(
  input: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit | undefined,
): CallerRequest {
  const request = input instanceof Request ? input : undefined
  if (request) keepSignal(request)
  const url = input instanceof Request ? input.url : input.toString()
  return {
    path: new URL(url, 'http://localhost').pathname,
    signal: init?.signal ?? request?.signal,
    readBody: async () => {
      const body = init?.body
      // SDKs send a string; going through a `Request` would copy it twice.
      const text = typeof body === 'string' ? body : await readText(request, init)
      const json = parseJson(text)
      if (isJsonObject(json)) return json
      throw new RequestInvalidError('The body of the request must be a JSON object')
    },
  }
}

async function readText(request: Request | undefined, init: RequestInit | undefined) {
  if (init?.body === undefined || init.body === null) return (await request?.text()) ?? ''
  return new Response(init.body).text()
}
