/**
 * Refusals, as the official client understands them on a WebSocket.
 *
 * @module
 */
import {parseJson, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'

/** Headers that a client reads as if it had asked by HTTP. */
const TOLD = /^(?:retry-after|x-codex-.*|x-cao-request|x-request-id)$/

/** Too much in one request, by HTTP. On a WebSocket, the client would repeat it five times. */
const TOO_LARGE = 413

/**
 * The message for an answer that is none. A limit reads like a limit. What the client can mend by sending everything
 * again, on a new connection, has a status from 500; what it cannot is the end of its turn, with the sentence.
 */
export async function toErrorMessage(response: Response): Promise<JsonObject> {
  const text = await response.text()
  const body = toJsonObject(parseJson(text))
  const error = toJsonObject(body['error'])
  const message = toText(error['message']) ?? toText(body['detail']) ?? text.slice(0, 500)
  const {status} = response
  if (status >= 400 && status < 500 && status !== 429) {
    const code = status === TOO_LARGE ? 'payload_too_large' : (toText(error['code']) ?? null)
    return refuseMessage({status: 400, code, message})
  }
  const headers = Object.fromEntries([...response.headers].filter(([name]) => TOLD.test(name)))
  return {type: 'error', status, error: {...error, message}, headers}
}

/** What is refused in a message, and why. */
export interface RefusedMessage {
  readonly status: number
  readonly code: string | null
  readonly message: string
}

/** A refusal in the form of the backend. */
export function refuseMessage({status, code, message}: RefusedMessage): JsonObject {
  return {type: 'error', status, error: {type: 'invalid_request_error', code, message, param: null}}
}

/** The client then sends everything, without a word to its user. */
export function toUnknownPrevious(id: string): JsonObject {
  return refuseMessage({
    status: 400,
    code: 'previous_response_not_found',
    message: `Previous response with id '${id.slice(0, 100)}' not found.`,
  })
}
