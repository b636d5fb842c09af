/**
 * What the official CLI means by a sentence. It has no codes for these.
 *
 * Sentences of 0.169.0 and 0.171.0, seen on 2026-11-30 against a simulator.
 *
 * @module
 */
import type {ProblemCode} from '../../connector-error.ts'

const SENTENCES: readonly (readonly [RegExp, ProblemCode])[] = [
  [/\b(?:chatgpt|api key) login is disabled|forced_login_method/i, 'login_disabled_by_policy'],
  [/device code (?:login|auth\w*) is (?:not enabled|disabled)/i, 'device_auth_disabled'],
  [/keyring|secure storage|secret service/i, 'credential_store'],
  [/\b429\b|too many requests/i, 'rate_limited'],
  [/timed out after \d+ minutes|expired/i, 'expired'],
  [/was not completed|cancell?ed/i, 'cancelled'],
  [/access.denied|\b403\b|\b401\b/i, 'refused'],
  [/error sending request|connection (?:refused|reset)|dns error|network/i, 'network'],
  [/permission denied|no space left|read-only file system/i, 'storage_failed'],
]

/** Reads a sentence of the CLI. What is not known is `server_error`. */
export function readCliError(text: string): ProblemCode {
  return SENTENCES.find(([sentence]) => sentence.test(text))?.[1] ?? 'server_error'
}
