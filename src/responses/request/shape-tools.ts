/**
 * Tools as the backend takes them.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../http/json-object.ts'
import type {ReportChange} from './request-change.ts'
import {shapeSchema} from './shape-schema.ts'

/** Tools that are called by their name. */
const NAMED_TYPES: ReadonlySet<unknown> = new Set(['custom', 'function', 'namespace'])

/** Where the tools are, for example `tools`. */
export interface ShapeToolsOptions {
  readonly field: string
  readonly report: ReportChange
}

/**
 * Flattens the nested tools of Chat Completions and repairs schemas that the backend refuses, as
 * little as possible and in a copy. Built-in and unknown tools are passed on. So is a name that is too
 * long or has other characters than letters, digits, `_` and `-`: the backend names it in its
 * refusal, and the caller would not know its tool by another name.
 *
 * @returns `tools` itself when nothing had to change.
 */
export function shapeTools(
  tools: readonly unknown[],
  options: ShapeToolsOptions,
): readonly unknown[] {
  let shaped: unknown[] | undefined
  for (const [index, tool] of tools.entries()) {
    const place = {...options, field: `${options.field}[${index}]`}
    const replacement = shapeTool(tool, place)
    if (replacement !== tool) shaped ??= tools.slice(0, index)
    if (replacement !== undefined) shaped?.push(replacement)
  }
  return shaped ?? tools
}

function shapeTool(given: unknown, options: ShapeToolsOptions): JsonObject | undefined {
  const {field, report} = options
  if (!isJsonObject(given)) {
    report(field, 'dropped', 'A tool has to be an object')
    return undefined
  }
  const tool = flatten(given, options)
  if (NAMED_TYPES.has(tool['type']) && toText(tool['name']) === undefined) {
    report(field, 'dropped', 'A tool without a name cannot be called')
    return undefined
  }
  if (tool['type'] === 'namespace' && Array.isArray(tool['tools'])) {
    const tools = shapeTools(tool['tools'], {...options, field: `${field}.tools`})
    return tools === tool['tools'] ? tool : {...tool, tools}
  }
  return tool['type'] === 'function' ? shapeSchema(tool, {...options, key: 'parameters'}) : tool
}

/** From `{type, function: {…}}` and `{type, custom: {…}}`, where `strict` is off unless it is asked for. */
function flatten(tool: JsonObject, {field, report}: ShapeToolsOptions): JsonObject {
  const {type, function: called, custom, name} = tool
  if (isJsonObject(called) && (type === 'function' || type === undefined)) {
    report(field, 'replaced', 'Chat Completions nests its tools')
    return {type: 'function', strict: false, ...called}
  }
  if (isJsonObject(custom) && type === 'custom') {
    report(field, 'replaced', 'Chat Completions nests its tools')
    const format = toJsonObject(custom['format'])
    const grammar = {type: 'grammar', ...toJsonObject(format['grammar'])}
    return {type: 'custom', ...custom, ...('grammar' in format && {format: grammar})}
  }
  if (type !== undefined || toText(name) === undefined) return tool
  report(`${field}.type`, 'added', 'A tool with a name and no type is a function')
  return {type: 'function', ...tool}
}
