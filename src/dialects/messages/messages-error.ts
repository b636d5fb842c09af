/**
 * Errors in the form in which the Messages API gives them.
 *
 * @module
 * @see {@link https://docs.anthropic.com/en/api/errors}
 */
import {parseJson, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'

const TYPES: ReadonlyMap<number, string> = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [529, 'overloaded_error'],
])

/** How the backend says that it has too much to do, and how that API does. */
const OVERLOADED = 503
const OVERLOADED_THERE = 529

/** An error as an event of a stream, or as a body. */
export function toMessagesError(status: number, message: string): JsonObject {
  const type = TYPES.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error')
  return {type: 'error', error: {type, message}}
}

/**
 * Converts an answer with an `error` of OpenAI's API. Whoever asks is told at once what only a user can change; what
 * passes by itself, clients may repeat as they are used to.
 */
export async function toMessagesErrorResponse(response: Response): Promise<Response> {
  const text = await response.text()
  const {error, type} = toJsonObject(parseJson(text))
  // It has that form already.
  if (type === 'error') return new Response(text, response)
  const message = toText(toJsonObject(error)['message']) ?? 'The gateway could not answer.'
  const status = response.status === OVERLOADED ? OVERLOADED_THERE : response.status
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  if (status >= 500) headers.delete('x-should-retry')
  return Response.json(toMessagesError(status, message), {status, headers})
}
