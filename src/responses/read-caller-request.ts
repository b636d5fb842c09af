/**
 * What a caller asks, whichever way it calls `fetch`.
 *
 * @module
 */
import {RequestInvalidError} from '../errors.ts'
import {isJsonObject, parseJson, type JsonObject} from '../base/json-object.ts'
import {keepSignal} from '../base/keep-signal.ts'

/** A caller's request. */
export interface CallerRequest {
  /** In capitals, for example `POST`. */
  readonly method: string
  /** Path of its URL, for example `/backend-api/responses`. */
  readonly path: string
  /** Aborted when the caller no longer wants the answer. */
  readonly signal: AbortSignal | undefined
  /**
   * Parses the body anew at each call, so that nobody has to keep it parsed.
   *
   * @throws {RequestInvalidError} It is not a JSON object.
   */
  readonly readBody: () => Promise<JsonObject>
  /** The whole request, if its body is a form; else `undefined`. */
  readonly readForm: () => Request | undefined
}

/** The path in a URL. Parsing all of it would cost more than all else that is done to a request. */
const PATH = /^(?:[a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)/i

/** What the path of a URL without an origin stands behind; nobody is asked there. */
const ORIGIN = 'http://localhost'

/** Reads the arguments of a call to `fetch`. */
export function readCallerRequest(
  input: Parameters<typeof globalThis.fetch>[0],
  init: RequestInit | undefined,
): CallerRequest {
  const request = input instanceof Request ? input : undefined
  if (request) keepSignal(request)
  const url = input instanceof Request ? input.url : input.toString()
  return {
    method: toMethod(request, init),
    path: PATH.exec(url)?.[1] ?? '',
    signal: init?.signal ?? request?.signal,
    readBody: createBodyReader(request, init),
    readForm: () => toForm(request ?? new URL(url, ORIGIN), init),
  }
}

function createBodyReader(
  request: Request | undefined,
  init: RequestInit | undefined,
): CallerRequest['readBody'] {
  let text: string | undefined
  return async () => {
    text ??= typeof init?.body === 'string' ? init.body : await readText(request, init)
    const json = parseJson(text)
    if (isJsonObject(json)) return json
    throw new RequestInvalidError('The body of the request must be a JSON object')
  }
}

function toMethod(request: Request | undefined, init: RequestInit | undefined): string {
  return (init?.method ?? request?.method ?? 'GET').toUpperCase()
}

function toForm(target: Request | URL, init: RequestInit | undefined): Request | undefined {
  const headers = new Headers(init?.headers ?? (target instanceof Request ? target.headers : {}))
  const isForm =
    init?.body instanceof FormData || headers.get('content-type')?.startsWith('multipart/form-data')
  return isForm ? new Request(target, init) : undefined
}

/** SDKs send a string, which needs none of this. */
async function readText(request: Request | undefined, init: RequestInit | undefined) {
  if (init?.body === undefined || init.body === null) return (await request?.text()) ?? ''
  return new Response(init.body).text()
}
