/**
 * What the API refuses of an app's `POST /v1/responses`, beside what the Codex backend refuses too.
 *
 * @module
 */
import * as z from 'zod'
import {answerError} from '../backend-answer.ts'
import {checkInput} from '../responses/check-input.ts'
import {answerSchemaError, type AcceptedRequest} from '../responses/check-responses-request.ts'
import {checkEffort} from '../models/check-model.ts'
import {findModel, listModels} from '../state/model-catalogue.ts'
import {responsesRequestSchema, type ResponsesRequest} from '../responses/responses-request.ts'
import type {AskingApp} from './authenticate-app.ts'

const REFUSED_FIELDS = [
  'background',
  'conversation',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'moderation',
  'multi_agent',
  'previous_response_id',
  'prompt',
  'prompt_cache_retention',
  'safety_identifier',
  'temperature',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
]

const REFUSED_TOOLS = [
  'code_interpreter',
  'computer',
  'computer_use',
  'computer_use_preview',
  'file_search',
  'image_generation',
  'mcp',
  'tool_search',
]

const NAMESPACED_TOOLS = ['custom', 'function']

/** The accepted request, or the API's refusal. */
export function checkAppRequest(body: unknown, app: AskingApp): AcceptedRequest | Response {
  const fields = z.record(z.string(), z.unknown()).safeParse(body)
  if (!fields.success) return refuse('Invalid JSON body', null)
  const refused = REFUSED_FIELDS.find((name) => fields.data[name] !== undefined)
  if (refused !== undefined) return refuse(`Unsupported parameter: ${refused}`, refused)
  if (fields.data['stream'] !== true) return refuse('Stream must be set to true', 'stream')
  if (fields.data['store'] !== false) return refuse('Store must be set to false', 'store')
  if (!Array.isArray(fields.data['input'])) return refuse('Input must be a list', 'input')
  const parsed = responsesRequestSchema.safeParse(body)
  if (!parsed.success) return answerSchemaError(parsed.error)
  return checkTools(parsed.data) ?? checkContent(parsed.data, app)
}

/** A function stands in a namespace, or in an item `additional_tools`. */
function checkTools({input, tools}: ResponsesRequest): Response | undefined {
  const top = tools ?? []
  const loose = top.find(({type}) => NAMESPACED_TOOLS.includes(type))
  if (loose) return refuse(`The tool ${loose.name} must be in a namespace.`, 'tools')
  const all = [...top, ...input.flatMap((item) => item.tools ?? [])]
  const refused = all.find(({type = ''}) => REFUSED_TOOLS.includes(type))
  return refused && refuse(`The tool ${refused.type} is not available.`, 'tools')
}

function checkContent(
  request: ResponsesRequest,
  {account, clientId}: AskingApp,
): AcceptedRequest | Response {
  const model = findModel(request.model)
  if (!model || !listModels(account).includes(model)) {
    const message = `The model '${request.model}' does not exist or you do not have access to it.`
    return answerError(404, {message, code: 'model_not_found', param: 'model'})
  }
  const effort = request.reasoning?.effort ?? model.defaultEffort
  const refusal =
    checkEffort(effort, model) ?? checkInput(request.input, toReasoningOwner(clientId))
  return refusal ?? {request, model, effort}
}

/** Who can read the reasoning that an app gets: the app, and no Codex login of the same user. */
export function toReasoningOwner(clientId: string): string {
  return `app ${clientId}`
}

function refuse(message: string, param: string | null): Response {
  return answerError(400, {message, code: 'unsupported_parameter', param})
}
