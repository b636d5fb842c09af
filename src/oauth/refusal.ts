/**
 * The error in an authorization server's answer.
 *
 * OpenAI's answers come in three shapes: `{"error": {"code", "message"}}`, RFC 6749 §5.2's
 * `{"error", "error_description"}`, and `{"code"}`.
 *
 * @module
 */
import * as z from 'zod/mini'
import {lenient} from '../http/lenient.ts'

const text = lenient(z.string())

const refusalSchema = z.object({
  error: lenient(z.union([z.string(), z.object({code: text, message: text})])),
  error_description: text,
  code: text,
})

/** Why a request was refused, in the server's words. */
export interface Refusal {
  /** For example `invalid_grant`. */
  readonly code?: string
  /** A sentence. Whatever is not short plain text is left out. */
  readonly description?: string
}

/** Reads the error in an answer. Never throws; what is not there is left out. */
export function parseRefusal(body: unknown): Refusal {
  const response = refusalSchema.safeParse(body).data
  const error =
    typeof response?.error === 'string'
      ? {code: response.error, message: undefined}
      : response?.error
  const code = error?.code ?? response?.code
  const description = [response?.error_description, error?.message].find(isShortPlainText)
  return {...(code !== undefined && {code}), ...(description !== undefined && {description})}
}

/**
 * Whether a server's text can be shown as it is. A long word is more likely a token than a word, and
 * an angle bracket belongs to a page.
 */
function isShortPlainText(value: string | undefined): value is string {
  return value !== undefined && /^[^\p{C}<>{}]{1,200}$/u.test(value) && !/\S{32}/.test(value)
}
