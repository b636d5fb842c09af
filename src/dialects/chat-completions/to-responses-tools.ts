/**
 * Tools of the Chat Completions API as tools of the Responses API: the same, one level flatter.
 *
 * @module
 */
import {RequestInvalidError} from '../../errors.ts'
import {isJsonObject, toJsonObject, type JsonObject} from '../../base/json-object.ts'
import {readString} from './to-content-parts.ts'

/** What a function without `parameters` takes. The Responses API wants it said. */
const NO_PARAMETERS = {type: 'object', properties: {}}

/**
 * Converts `tools`, and the older `functions`.
 *
 * @returns `undefined` when there are neither.
 * @throws {RequestInvalidError} A tool is not one; the error names the place.
 */
export function toResponsesTools({tools, functions}: JsonObject): JsonObject[] | undefined {
  const converted = [
    ...readList(tools, 'tools').map(({value, path}) => toTool(value, path)),
    ...readList(functions, 'functions').map(({value, path}) => toFunctionTool(value, path)),
  ]
  return converted.length > 0 ? converted : undefined
}

/**
 * Converts `tool_choice`, and the older `function_call`. A form that is not known stays as it is: the
 * backend says what is wrong with it.
 */
export function toResponsesToolChoice(request: JsonObject): unknown {
  const {tool_choice: choice, function_call: legacyChoice} = request
  if (isJsonObject(choice)) return toChoice(choice)
  if (choice === undefined && isJsonObject(legacyChoice)) {
    return {type: 'function', name: legacyChoice['name']}
  }
  return choice ?? legacyChoice
}

function readList(list: unknown, field: string): {value: JsonObject; path: string}[] {
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) throw new RequestInvalidError(`\`${field}\` must be a list`)
  return list.map((value: unknown, index) => {
    const path = `${field}[${index}]`
    if (isJsonObject(value)) return {value, path}
    throw new RequestInvalidError(`\`${path}\` must be an object`)
  })
}

/** A tool that is flat already is taken as it is, and so is one the backend runs itself. */
function toTool(tool: JsonObject, path: string): JsonObject {
  if (isJsonObject(tool['function'])) return toFunctionTool(tool['function'], `${path}.function`)
  if (isJsonObject(tool['custom'])) return toCustomTool(tool['custom'], `${path}.custom`)
  readString(tool['type'], `${path}.type`)
  return tool
}

function toFunctionTool(value: JsonObject, path: string): JsonObject {
  const {name, description, parameters, strict} = value
  return {
    type: 'function',
    name: readString(name, `${path}.name`),
    description,
    parameters: parameters ?? NO_PARAMETERS,
    // Left out, it means `false` in this API and `true` in the other.
    strict: strict ?? false,
  }
}

function toCustomTool({name, description, format}: JsonObject, path: string): JsonObject {
  const {type, grammar} = toJsonObject(format)
  return {
    type: 'custom',
    name: readString(name, `${path}.name`),
    description,
    format: isJsonObject(grammar) ? {type, ...grammar} : format,
  }
}

function toChoice(choice: JsonObject): JsonObject {
  const {type, allowed_tools: allowed} = choice
  if (isJsonObject(allowed)) {
    const tools = Array.isArray(allowed['tools']) ? allowed['tools'].map(toJsonObject) : []
    return {type, mode: allowed['mode'], tools: tools.map(toChoice)}
  }
  const named = [choice['function'], choice['custom']].find(isJsonObject)
  return named ? {type, name: named['name']} : choice
}
