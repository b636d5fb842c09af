/**
 * Which provider a request is about.
 *
 * @module
 */
import type {JsonObject} from '../../base/json-object.ts'
import {ConnectorError} from '../connector-error.ts'

/** What orchestrators also have, and this connector does not connect. */
const OTHERS: ReadonlySet<string> = new Set([
  'anthropic',
  'claude',
  'custom_openai_compatible',
  'gemini',
  'google',
  'groq',
  'mistral',
  'ollama',
  'ollama_local',
  'openai',
  'openrouter',
  'together',
])

/**
 * Makes sure that it is codex: `codex`, or an entry such as `codex-account`.
 *
 * @throws {ConnectorError} `provider_unsupported`: another provider. `provider_unknown`: none.
 */
export function assertCodex(providerId: string): void {
  if (providerId === 'codex' || /^codex[-_]/.test(providerId)) return
  throw new ConnectorError(OTHERS.has(providerId) ? 'provider_unsupported' : 'provider_unknown')
}

/**
 * Whose login a body is about. Default: codex.
 *
 * @throws {ConnectorError} `bad_request`: it is no name; otherwise as {@link assertCodex}.
 */
export function readProviderId({provider_id: given = 'codex'}: JsonObject): string {
  if (typeof given !== 'string') throw new ConnectorError('bad_request')
  assertCodex(given)
  return given
}
