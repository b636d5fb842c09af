/**
 * Refusals, as the official client understands them on a WebSocket.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import {parseJson, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import {isCodexClient} from '../answers/find-endpoint.ts'
import type {RequestHead} from '../exchange/exchange.ts'

/** Headers that a client reads as if it had asked by HTTP. */
const TOLD = /^(?:retry-after|x-codex-.*|x-cao-request|x-request-id)$/

/** Codes that the official client does something about, for example makes the conversation short. */
const SPECIAL_CODES: ReadonlySet<string> = new Set([
  'context_length_exceeded',
  'insufficient_quota',
  'usage_not_included',
])

/** Too much in one request, by HTTP. On a WebSocket, the client would repeat it five times. */
const TOO_LARGE = 413

/**
 * The message for an answer that is none. A limit reads like a limit. What the client can mend by sending everything
 * again, on a new connection, has a status from 500; what it cannot is the end of its turn, with the sentence.
 */
export async function toErrorMessage(
  response: Response,
  head: Pick<RequestHead, 'headers'>,
): Promise<JsonObject> {
  const text = await response.text()
  const body = toJsonObject(parseJson(text))
  const error = toJsonObject(body['error'])
  const message = toText(error['message']) ?? toText(body['detail']) ?? text.slice(0, 500)
  const {status} = response
  if (status >= 400 && status < 500 && status !== 429) {
    const code = toText(error['code']) ?? null
    if (status === TOO_LARGE)
      return refuseMessage({status: 400, code: 'payload_too_large', message})
    return isCodexClient(head.headers)
      ? toFailed({code, message})
      : refuseMessage({status: 400, code, message})
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

/** The official client shows the sentence alone, where it would show all of a refusal. */
function toFailed({code, message}: Omit<RefusedMessage, 'status'>): JsonObject {
  const known = code !== null && SPECIAL_CODES.has(code) ? code : 'invalid_prompt'
  const id = `resp_${randomUUID().replaceAll('-', '')}`
  const response = {id, object: 'response', status: 'failed', error: {code: known, message}}
  return {type: 'response.failed', sequence_number: 0, response}
}

/** The client then sends everything, without a word to its user. */
export function toUnknownPrevious(id: string): JsonObject {
  return refuseMessage({
    status: 400,
    code: 'previous_response_not_found',
    message: `Previous response with id '${id.slice(0, 100)}' not found.`,
  })
}
