/**
 * What the backend refuses of `POST /codex/responses`, in its own words.
 *
 * @module
 */
import * as z from 'zod'
import {answerDetail, answerError} from '../backend-answer.ts'
import {checkInput} from './check-input.ts'
import {checkEffort, checkModel, type ModelUse} from '../models/check-model.ts'
import {clientVersionOf, isOlderVersion} from '../models/client-version.ts'
import {responsesRequestSchema, type ResponsesRequest} from './responses-request.ts'
import type {SimulatedAccount} from '../state/simulated-account.ts'

/** The parameters on the backend's list; it refuses every other one by name. */
const PARAMETERS = new Set([
  'client_metadata',
  'include',
  'input',
  'instructions',
  'model',
  'parallel_tool_calls',
  'prompt_cache_key',
  'reasoning',
  'service_tier',
  'store',
  'stream',
  'text',
  'tool_choice',
  'tools',
])

const NAMED_TOOLS = ['custom', 'function', 'namespace']

const LEGAL_NAME = /^[a-zA-Z0-9_-]{1,64}$/

const SERVICE_TIERS = ['priority', 'flex']

/** From this version the official CLI sends its instructions as a developer message only. */
const FIRST_VERSION_WITHOUT_INSTRUCTIONS = '0.169.0'

const LITE_HEADER = 'x-openai-internal-codex-responses-lite'

/** Who sends a request. */
export interface Sender {
  readonly account: SimulatedAccount
  readonly headers: Headers
}

/** A request that the backend accepts. */
export interface AcceptedRequest extends ModelUse {
  readonly request: ResponsesRequest
}

/** The accepted request, or the backend's refusal. */
export function checkResponsesRequest(body: unknown, sender: Sender): AcceptedRequest | Response {
  const fields = z.record(z.string(), z.unknown()).safeParse(body)
  if (!fields.success) return answerDetail(400, 'Invalid JSON body')
  const refusal = checkEnvelope(fields.data) ?? checkUnicode(fields.data)
  if (refusal) return refusal
  const parsed = responsesRequestSchema.safeParse(body)
  if (!parsed.success) return answerSchemaError(parsed.error)
  return checkContent(parsed.data, sender)
}

function checkEnvelope(fields: Record<string, unknown>): Response | undefined {
  if (fields['stream'] !== true) return answerDetail(400, 'Stream must be set to true')
  if (fields['store'] !== false) return answerDetail(400, 'Store must be set to false')
  const unsupported = Object.keys(fields).find((name) => !PARAMETERS.has(name))
  if (unsupported !== undefined) {
    return answerDetail(400, `Unsupported parameter: ${unsupported}`)
  }
  const tier = fields['service_tier']
  if (typeof tier === 'string' && !SERVICE_TIERS.includes(tier)) {
    return answerDetail(400, `Unsupported service_tier: ${tier}`)
  }
  if (!Array.isArray(fields['input'])) return answerDetail(400, 'Input must be a list')
  return undefined
}

/** Half of a surrogate pair, in a text or in the name of a field. */
function checkUnicode(fields: Record<string, unknown>): Response | undefined {
  // JSON.stringify writes what is not well-formed as an escape; a text may hold the same characters.
  const json = JSON.stringify(fields)
  const isWellFormed = !json.includes('\\ud') || isAllWellFormed(fields)
  return isWellFormed ? undefined : answerDetail(400, 'Invalid JSON body')
}

function isAllWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, inner]) => key.isWellFormed() && isAllWellFormed(inner))
}

/** "Invalid 'tools[0].name': string does not match pattern." */
function checkToolNames({tools}: ResponsesRequest): Response | undefined {
  for (const [index, {name, type}] of (tools ?? []).entries()) {
    if (!NAMED_TOOLS.includes(type) || (name !== undefined && LEGAL_NAME.test(name))) continue
    const param = `tools[${index}].name`
    const message = `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]{1,64}$'.`
    return answerError(400, {message, code: 'invalid_value', param})
  }
  return undefined
}

function checkContent(request: ResponsesRequest, sender: Sender): AcceptedRequest | Response {
  if (!request.instructions && !mayLackInstructions(request, sender.headers)) {
    return answerDetail(400, 'Instructions are required')
  }
  const model = checkModel(request.model, sender)
  if (model instanceof Response) return model
  const effort = request.reasoning?.effort ?? model.defaultEffort
  const refusal =
    checkEffort(effort, model) ??
    checkCacheBreakpoints(request) ??
    checkToolNames(request) ??
    checkInput(request.input, sender.account.accountId)
  return refusal ?? {request, model, effort}
}

/**
 * Reports of 2026 disagree whether instructions are needed. The stand-in asks for them, except from
 * clients that are known to send none: those that use Responses Lite, and official ones from
 * 0.169.0, as long as a developer message stands in for them.
 */
function mayLackInstructions({input}: ResponsesRequest, headers: Headers): boolean {
  if (headers.get(LITE_HEADER) === 'true') return true
  const version = clientVersionOf(headers)
  if (version === undefined || isOlderVersion(version, FIRST_VERSION_WITHOUT_INSTRUCTIONS)) {
    return false
  }
  return input.some(({role}) => role === 'developer')
}

function checkCacheBreakpoints({input}: ResponsesRequest): Response | undefined {
  const parts = input.flatMap(({content}) => (Array.isArray(content) ? content : []))
  const hasBreakpoint = parts.some((part) => 'prompt_cache_breakpoint' in part)
  if (!hasBreakpoint) return undefined
  const message = 'prompt_cache_breakpoint is not supported on this model'
  return answerError(400, {message, code: null, param: 'input'})
}

/** Names the first value that is of the wrong kind. */
export function answerSchemaError(error: z.ZodError): Response {
  const [issue] = error.issues
  const param = z.core.toDotPath(issue?.path ?? [])
  const message = `Invalid value for '${param}': ${issue?.message}.`
  return answerError(400, {message, code: 'invalid_value', param})
}
