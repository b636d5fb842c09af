/**
 * The error in an authorization server's answer.
 *
 * OpenAI's answers come in four shapes: `{"error": {"code", "message"}}`, RFC 6749 §5.2's
 * `{"error", "error_description"}`, `{"detail": {"code"}}`, and `{"code"}`.
 *
 * @module
 */
import {toJsonObject, toText} from '../base/json-object.ts'
import {withoutUndefined} from '../base/without-undefined.ts'

/** Why a request was refused, in the server's words. */
export interface Refusal {
  /** For example `invalid_grant`. */
  readonly code?: string
  /** A sentence. Whatever is not short plain text is left out. */
  readonly description?: string
}

/** Reads the error in an answer. Never throws; what is not there is left out. */
export function parseRefusal(body: unknown): Refusal {
  const response = toJsonObject(body)
  const error = toJsonObject(response['error'])
  const detail = toJsonObject(response['detail'])
  const code = [response['error'], error['code'], detail['code'], response['code']]
    .map(toText)
    .find((value) => value !== undefined)
  const description = [response['error_description'], error['message']]
    .map(toText)
    .find(isShortPlainText)
  return withoutUndefined({code, description})
}

/**
 * Whether a server's text can be shown as it is. A long word is more likely a token than a word, and
 * an angle bracket belongs to a page.
 */
function isShortPlainText(value: string | undefined): value is string {
  return value !== undefined && /^[^\p{C}<>{}]{1,200}$/u.test(value) && !/\S{32}/.test(value)
}
