/**
 * Whether a provider could be used as it is set up.
 *
 * @module
 */
import {callJson} from '../../http/call-json.ts'
import {toText} from '../../base/json-object.ts'
import {ConnectorError, type ProblemCode} from '../connector-error.ts'
import {toProblemWords} from '../words/problem-words.ts'
import type {RouteContext} from './route.ts'
import type {AnswerBody} from './to-answer.ts'

/** Where API keys are tried. Another address from a page would make this server ask whatever the page wants. */
const API_URL = 'https://api.openai.com/v1'

/**
 * Tries the API key of the request, or else the connected account.
 *
 * @throws {ConnectorError} `feature_disabled`: it is about an account, and account mode is off.
 */
export async function validate(context: RouteContext): Promise<AnswerBody> {
  const apiKey = toText(context.body['api_key'])
  return apiKey === undefined ? validateAccount(context) : validateKey(apiKey, context)
}

async function validateAccount(context: RouteContext): Promise<AnswerBody> {
  const {isAccountModeEnabled, operations, signal, user} = context
  if (!isAccountModeEnabled) throw new ConnectorError('feature_disabled')
  if (operations.isSimulated) return toInvalid('simulated', context)
  const state = await operations.getStatus(user, {verify: true, signal})
  const {isAuthenticated, method, problem = 'account_required', windows} = state
  if (!isAuthenticated) return toInvalid(problem, context)
  if (method === 'api_key') return {valid: true, health: 'ok', warnings: []}
  if (!windows) return toInvalid('network', context, 'degraded')
  const full = windows.filter(({leftPercent}) => leftPercent <= 0)
  const warnings = full.map(({window}) => toLimitWarning(window, context.language))
  return {valid: true, health: full.length > 0 ? 'degraded' : 'ok', warnings}
}

async function validateKey(apiKey: string, context: RouteContext): Promise<AnswerBody> {
  const {body, fetch, signal} = context
  const baseUrl = toText(body['base_url'])?.replace(/(?<!\/)\/+$/, '')
  if (baseUrl !== undefined && baseUrl !== API_URL) throw new ConnectorError('bad_request')
  try {
    const headers = {authorization: `Bearer ${apiKey}`}
    const {ok, status} = await callJson(`${API_URL}/models`, {fetch, headers, signal, maxBytes: 0})
    if (ok) return {valid: true, health: 'ok', warnings: []}
    return status === 401 || status === 403
      ? toInvalid('api_key_refused', context)
      : toInvalid('server_error', context, 'degraded')
  } catch {
    return toInvalid('network', context, 'degraded')
  }
}

function toInvalid(
  problem: ProblemCode,
  {language}: RouteContext,
  health: 'degraded' | 'down' = 'down',
): AnswerBody {
  const {action, message} = toProblemWords(problem, language)
  return {valid: false, health, warnings: [], error_actionable: `${message} ${action}`}
}

function toLimitWarning(window: string, language: RouteContext['language']): string {
  return language === 'es'
    ? `El límite de uso (${window}) está agotado.`
    : `The usage limit (${window}) is used up.`
}
