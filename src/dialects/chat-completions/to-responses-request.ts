/**
 * A request of the Chat Completions API as one of the Responses API.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/guides/migrate-to-responses}
 */
import {RequestInvalidError} from '../../errors.ts'
import {toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import {createChangeList, type RequestChange} from '../../responses/request-change.ts'
import {toInputItems} from './to-input-items.ts'
import {toResponsesToolChoice, toResponsesTools} from './to-responses-tools.ts'

/** A request of the Chat Completions API, understood. */
export interface ChatRequest {
  /** The same for the Responses API. */
  readonly request: JsonObject
  /** As the caller calls it, with everything in it; the answer repeats it. */
  readonly model: string
  /** Whether the stream ends with a chunk that says how many tokens were used. */
  readonly includeUsage: boolean
  /** What of the messages was dropped. */
  readonly changes: readonly RequestChange[]
}

/**
 * Converts a request. Fields that neither API shares stay as they are, so that the one list of what
 * the backend takes drops them and names them.
 *
 * @throws {RequestInvalidError} A field is not what the API has; the error names the place.
 */
export function toResponsesRequest(body: JsonObject): ChatRequest {
  const {
    messages,
    functions: _functions,
    function_call: _legacyChoice,
    input,
    n,
    reasoning_effort: effort,
    response_format: format,
    stream_options: streamOptions,
    verbosity,
    ...rest
  } = body
  if (n !== undefined && n !== null && n !== 1) {
    throw new RequestInvalidError('`n` must be 1: Codex gives one answer to a request')
  }
  const {changes, report} = createChangeList()
  return {
    request: {
      ...rest,
      // Some editors write to this address what belongs to the other.
      input: messages === undefined && input ? input : toInputItems(messages, report),
      tools: toResponsesTools(body),
      tool_choice: toResponsesToolChoice(body),
      text: toTextOptions(format, verbosity),
      reasoning: toReasoning(body['reasoning'], effort),
    },
    model: toText(body['model']) ?? '',
    includeUsage: toJsonObject(streamOptions)['include_usage'] === true,
    changes,
  }
}

/** Some clients write `reasoning: {effort}` here too, next to fields that only other servers have. */
function toReasoning(reasoning: unknown, chatEffort: unknown): JsonObject | undefined {
  const {effort, summary} = toJsonObject(reasoning)
  const options = {
    ...(toText(chatEffort ?? effort) && {effort: chatEffort ?? effort}),
    ...(toText(summary) && {summary}),
  }
  return Object.keys(options).length > 0 ? options : undefined
}

function toTextOptions(format: unknown, verbosity: unknown): JsonObject | undefined {
  const options = {
    ...(format !== undefined && format !== null && {format: toFormat(format)}),
    ...(toText(verbosity) && {verbosity}),
  }
  return Object.keys(options).length > 0 ? options : undefined
}

function toFormat(value: unknown): JsonObject {
  const {type, json_schema: jsonSchema} = toJsonObject(value)
  if (type !== 'json_schema') {
    if (type === 'text' || type === 'json_object') return {type}
    throw new RequestInvalidError('`response_format.type` must be text, json_object or json_schema')
  }
  const {name, description, schema, strict} = toJsonObject(jsonSchema)
  return {type, name: toText(name) ?? 'response', description, schema, strict}
}
