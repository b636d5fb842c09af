/**
 * Failures as the editor, and the extensions in it, understand them.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {
  AccountUnavailableError,
  BackendResponseError,
  CodexError,
  LoginRequiredError,
  UsageLimitReachedError,
  type BackendRefusal,
} from '../../../errors.ts'
import {toModelRefusal} from '../../../models/explain-model.ts'
import {explainError} from '../explain-error.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** The kinds that the editor has; whatever else goes wrong is a plain error. */
type ErrorKind = 'Blocked' | 'NoPermissions' | 'NotFound'

/** Codes and types of refusals that are about the account, and not about this request. */
const NO_PERMISSIONS = new Set([
  'account_deactivated',
  'deactivated_workspace',
  'insufficient_quota',
  'usage_not_included',
])

/** Codes of refusals of what was asked. */
const POLICIES = new Set(['bio_policy', 'content_filter', 'cyber_policy', 'invalid_prompt'])

/** What the conversion goes by. */
export interface ChatErrorOptions {
  readonly api: Pick<VscodeApi, 'LanguageModelError'>
  /** The extension that asks, where the editor says so. */
  readonly initiator?: string | undefined
}

/** The editor's own chat. */
const EDITOR_CHAT = /^(?:core$|github\.copilot)/i

/**
 * Converts an error. Its message is the sentence for the user.
 *
 * The editor's own chat shows an error with its stack, and those of the editor's kinds get theirs on the
 * way. So it gets a plain error without one; it does not look at the kind.
 */
export function toChatError(error: CodexError, {api, initiator = ''}: ChatErrorOptions): Error {
  const sentence = explainError(error)
  const kind = toKind(error)
  if (kind && !EDITOR_CHAT.test(initiator)) return api.LanguageModelError[kind](sentence)
  const plain = new Error(sentence, {cause: error})
  plain.stack = ''
  return plain
}

function toKind(error: CodexError): ErrorKind | undefined {
  if (error instanceof LoginRequiredError) return 'NoPermissions'
  if (error instanceof UsageLimitReachedError) return 'Blocked'
  if (error instanceof AccountUnavailableError) return 'Blocked'
  return error instanceof BackendResponseError ? toRefusalKind(error.refusal) : undefined
}

function toRefusalKind({code = '', message = '', status, type = ''}: BackendRefusal) {
  if (toModelRefusal(message) !== undefined) return 'NotFound'
  if (POLICIES.has(code) || POLICIES.has(type)) return 'Blocked'
  const isForbidden = status === 401 || status === 402 || status === 403
  return isForbidden || NO_PERMISSIONS.has(code) || NO_PERMISSIONS.has(type)
    ? 'NoPermissions'
    : undefined
}

/** Whether the editor itself gave up. */
export function isCancelled(token: vscode.CancellationToken, error: unknown): boolean {
  return token.isCancellationRequested && !(error instanceof CodexError)
}
