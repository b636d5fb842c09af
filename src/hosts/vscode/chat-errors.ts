/**
 * Failures as the editor, and the extensions in it, understand them.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {
  BackendResponseError,
  CodexError,
  LoginRequiredError,
  UsageLimitReachedError,
  type BackendRefusal,
} from '../../errors.ts'
import {toModelRefusal} from '../../models/explain-model.ts'
import type {VscodeApi} from './vscode-api.ts'

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

/** What of the editor's API is needed. */
export type ErrorApi = Pick<VscodeApi, 'LanguageModelError'>

/** Converts an error. Its message is the sentence for the person. */
export function toChatError(error: CodexError, {LanguageModelError}: ErrorApi): Error {
  const sentence = toEditorSentence(error.message)
  const kind = toKind(error)
  return kind ? LanguageModelError[kind](sentence) : new Error(sentence, {cause: error})
}

/** The rooms below speak of the button that other hosts have; here it is a command. */
export function toEditorSentence(message: string): string {
  return message
    .replace(/\bPress Connect again to log in\b/, 'Run “Codex: Log In”')
    .replace(/\b(?:P|p)ress Connect\b/g, (words) => `${words.charAt(0) === 'P' ? 'R' : 'r'}un “Codex: Log In”`)
    .replace(/\bConnect another account\b/g, 'Log in with another account')
    .replace(/\bconnect another account\b/g, 'log in with another account')
}

function toKind(error: CodexError): ErrorKind | undefined {
  if (error instanceof LoginRequiredError) return 'NoPermissions'
  if (error instanceof UsageLimitReachedError) return 'Blocked'
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
