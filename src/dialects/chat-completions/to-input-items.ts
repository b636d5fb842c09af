/**
 * The messages of the Chat Completions API as the items of the Responses API.
 *
 * @module
 */
import {RequestInvalidError} from '../../errors.ts'
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import {findNewestUserMessage} from '../../responses/request/place.ts'
import type {ReportChange} from '../../responses/request-change.ts'
import {
  describe,
  readString,
  toInputParts,
  toOutputParts,
  type FieldPath,
} from './to-content-parts.ts'

/** What an earlier message says about a later one. */
interface Context {
  readonly report: ReportChange
  /** Calls of custom tools, whose outputs are items of another type. */
  readonly customCallIds: Set<string>
  /** The last call of each function in the legacy form, which has no ids. */
  readonly legacyCallIds: Map<string, string>
}

/** What a message has only here, or only at other servers, and why the model does not read it. */
const DROPPED_FIELDS: ReadonlyMap<string, string> = new Map([
  ['audio', 'Codex models do not speak'],
  ['reasoning', 'Reasoning needs its signature'],
  ['reasoning_content', 'Reasoning needs its signature'],
  ['reasoning_details', 'Reasoning needs its signature'],
  ['reasoning_text', 'Reasoning needs its signature'],
])

/**
 * Converts `messages`. Only the newest words of the user have to be right. Nobody can mend what is
 * older, so it is handed on as it is: whoever shapes the items reads as much of it as can be understood.
 *
 * @param report Told of each field that was dropped.
 * @throws {RequestInvalidError} The newest user message is not one; the error names the place.
 */
export function toInputItems(messages: unknown, report: ReportChange): readonly unknown[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new RequestInvalidError('`messages` must be a list with at least one message')
  }
  const context = {report, customCallIds: new Set<string>(), legacyCallIds: new Map()}
  const newest = findNewestUserMessage(messages)
  return messages.flatMap((message: unknown, index): unknown[] => {
    const path = `messages[${index}]`
    try {
      if (isJsonObject(message)) return toItems(message, path, context)
      throw new RequestInvalidError(`\`${path}\` must be an object`)
    } catch (error) {
      if (index === newest || !(error instanceof RequestInvalidError)) throw error
      report(path, 'repaired', 'It is read as far as it can be understood')
      return [message]
    }
  })
}

function toItems(message: JsonObject, path: FieldPath, context: Context): JsonObject[] {
  const content = () => toInputParts(message['content'], `${path}.content`)
  switch (message['role']) {
    case 'system':
    case 'developer':
      return [{type: 'message', role: 'developer', content: content()}]
    case 'user':
      return [{type: 'message', role: 'user', content: content()}]
    case 'assistant':
      return toAssistantItems(message, path, context)
    case 'tool':
      return [toToolOutput(message, path, context)]
    case 'function':
      return [toFunctionOutput(message, path, context)]
    default:
      throw new RequestInvalidError(
        `\`${path}.role\` is ${describe(message['role'])}; it must be system, developer, user, assistant or tool`,
      )
  }
}

function toAssistantItems(message: JsonObject, path: FieldPath, context: Context): JsonObject[] {
  for (const [field, reason] of DROPPED_FIELDS) {
    if (isSet(message[field])) context.report(`${path}.${field}`, 'dropped', reason)
  }
  const {refusal, function_call: legacyCall} = message
  const calls = message['tool_calls'] ?? []
  if (!Array.isArray(calls)) throw new RequestInvalidError(`\`${path}.tool_calls\` must be a list`)
  const content = [
    ...toOutputParts(message['content'], `${path}.content`),
    ...(toText(refusal) ? [{type: 'refusal', refusal}] : []),
  ]
  return [
    ...(content.length > 0 ? [{type: 'message', role: 'assistant', content}] : []),
    ...calls.map((call, index) => toCall(call, `${path}.tool_calls[${index}]`, context)),
    ...(isJsonObject(legacyCall) ? [toLegacyCall(legacyCall, path, context)] : []),
  ]
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function toCall(value: unknown, path: FieldPath, {customCallIds}: Context): JsonObject {
  const call = toJsonObject(value)
  const callId = readString(call['id'], `${path}.id`)
  if (call['type'] === 'custom') {
    const {name, input} = toJsonObject(call['custom'])
    customCallIds.add(callId)
    return {
      type: 'custom_tool_call',
      call_id: callId,
      name: readString(name, `${path}.custom.name`),
      input: readString(input, `${path}.custom.input`),
    }
  }
  return toFunctionCall(callId, call['function'], `${path}.function`)
}

function toFunctionCall(callId: string, value: unknown, path: FieldPath): JsonObject {
  const {name, arguments: callArguments = ''} = toJsonObject(value)
  return {
    type: 'function_call',
    call_id: callId,
    name: readString(name, `${path}.name`),
    // A call without arguments is an empty text in this API, and an empty object in the other.
    arguments: readString(callArguments, `${path}.arguments`) || '{}',
  }
}

/** The id is the place of the call: the same each time the conversation is sent again. */
function toLegacyCall(call: JsonObject, path: FieldPath, {legacyCallIds}: Context): JsonObject {
  const callId = `call_${path.replace(/\W+/g, '_')}function`
  const item = toFunctionCall(callId, call, `${path}.function_call`)
  legacyCallIds.set(String(item['name']), callId)
  return item
}

function toToolOutput(message: JsonObject, path: FieldPath, {customCallIds}: Context): JsonObject {
  const callId = readString(message['tool_call_id'], `${path}.tool_call_id`)
  return {
    type: customCallIds.has(callId) ? 'custom_tool_call_output' : 'function_call_output',
    call_id: callId,
    output: toOutput(message['content'], `${path}.content`),
  }
}

function toFunctionOutput(
  message: JsonObject,
  path: FieldPath,
  {legacyCallIds}: Context,
): JsonObject {
  const name = readString(message['name'], `${path}.name`)
  const callId = legacyCallIds.get(name)
  if (callId === undefined) {
    throw new RequestInvalidError(`\`${path}\` is the output of a function that was not called`)
  }
  return {
    type: 'function_call_output',
    call_id: callId,
    output: toOutput(message['content'], `${path}.content`),
  }
}

/** An image stays one: as text the model could not see it. */
function toOutput(content: unknown, path: FieldPath): unknown {
  if (content === undefined || content === null) return ''
  return typeof content === 'string' ? content : toInputParts(content, path)
}
