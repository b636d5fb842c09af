/**
 * Which tools a model has, and which it has to use.
 *
 * @module
 */
import {isJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import type {ReportChange} from '../../request-change.ts'
import {shapeTools, withCurrentType, withLegalName, type ShapeToolsOptions} from './shape-tools.ts'

/** What a request says about tools. */
export interface ToolFields {
  readonly tools: readonly unknown[] | undefined
  readonly tool_choice: unknown
}

/** Reads `tools` and `tool_choice`, and `functions` and `function_call`, which came before them. */
export function shapeToolFields(
  request: JsonObject,
  {names, report}: Pick<ShapeToolsOptions, 'names' | 'report'>,
): ToolFields {
  const {tools, functions} = request
  const shaped = Array.isArray(tools)
    ? shapeTools(tools, {field: 'tools', names, report})
    : undefined
  if (tools !== undefined && tools !== null && !shaped) {
    report('tools', 'dropped', 'It has to be a list')
  }
  const legacy = Array.isArray(functions) ? functions.map(toTool) : []
  if (legacy.length > 0) report('functions', 'renamed', 'They are called tools here')
  const choice = withLegalNames(shapeToolChoice(request, report), {names, report})
  if (legacy.length === 0) return {tools: shaped, tool_choice: choice}
  return {
    tools: [...(shaped ?? []), ...shapeTools(legacy, {field: 'functions', names, report})],
    tool_choice: choice,
  }
}

/** Chat Completions is not strict unless it is asked to be. */
function toTool(called: unknown): unknown {
  return isJsonObject(called) ? {strict: false, ...called, type: 'function'} : called
}

/** The choice, and the choices within `allowed_tools`, by the names that the tools have. */
function withLegalNames(
  choice: unknown,
  options: Pick<ShapeToolsOptions, 'names' | 'report'>,
): unknown {
  if (!isJsonObject(choice)) return choice
  const place = {...options, field: 'tool_choice'}
  const named = withLegalName(withCurrentType(choice, place), place)
  const {tools} = named
  if (!Array.isArray(tools)) return named
  return {...named, tools: tools.map((tool) => withLegalNames(tool, options))}
}

function shapeToolChoice(request: JsonObject, report: ReportChange): unknown {
  const {tool_choice: choice, function_call: legacy} = request
  if (choice === undefined || choice === null) return fromFunctionCall(legacy, report)
  if (typeof choice === 'string') return choice
  if (!isJsonObject(choice)) {
    report('tool_choice', 'dropped', 'It has to be a text or an object')
    return undefined
  }
  const nested = choice['function'] ?? choice['custom']
  if (!isJsonObject(nested) || toText(choice['name']) !== undefined) return choice
  report('tool_choice', 'replaced', 'The name of the tool is not nested here')
  return {type: choice['type'] ?? 'function', name: nested['name']}
}

function fromFunctionCall(legacy: unknown, report: ReportChange): unknown {
  if (legacy === undefined || legacy === null) return undefined
  if (typeof legacy !== 'string' && !isJsonObject(legacy)) {
    report('function_call', 'dropped', 'It has to be a text or an object')
    return undefined
  }
  report('function_call', 'renamed', 'It is called tool_choice here')
  return typeof legacy === 'string' ? legacy : {type: 'function', name: legacy['name']}
}
