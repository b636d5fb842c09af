/**
 * Tools as the backend takes them.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import type {ReportChange} from '../../request-change.ts'
import {shapeSchema} from '../../schema/shape-schema.ts'
import type {ToolNames} from './tool-names.ts'

/** Tools that are called by their name. */
const NAMED_TYPES: ReadonlySet<unknown> = new Set(['custom', 'function', 'namespace'])

/** What the web search was called before. */
const EARLIER_WEB_SEARCH = /^web_search_preview/

/** Where the tools are, for example `tools`. */
export interface ShapeToolsOptions {
  readonly field: string
  /** What the backend is told they are called. Default: their own names. */
  readonly names?: ToolNames | undefined
  readonly report: ReportChange
}

/**
 * Flattens the nested tools of Chat Completions and repairs schemas that the backend refuses, as
 * little as possible and in a copy. A name that the backend refuses is replaced. Built-in and unknown
 * tools are passed on.
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
  const tool = withLegalName(withCurrentType(flatten(given, options), options), options)
  if (NAMED_TYPES.has(tool['type']) && toText(tool['name']) === undefined) {
    report(field, 'dropped', 'A tool without a name cannot be called')
    return undefined
  }
  if (typeof tool['type'] !== 'string') {
    report(field, 'dropped', 'A tool has to say of what type it is')
    return undefined
  }
  if (tool['type'] === 'namespace' && Array.isArray(tool['tools'])) {
    const tools = shapeTools(tool['tools'], {...options, field: `${field}.tools`})
    return tools === tool['tools'] ? tool : {...tool, tools}
  }
  return tool['type'] === 'function' ? shapeSchema(tool, {...options, key: 'parameters'}) : tool
}

/** Also for `tool_choice`, which names a tool of OpenAI by its type. */
export function withCurrentType(
  tool: JsonObject,
  {field, report}: Pick<ShapeToolsOptions, 'field' | 'report'>,
): JsonObject {
  if (!EARLIER_WEB_SEARCH.test(toText(tool['type']) ?? '')) return tool
  report(`${field}.type`, 'renamed', 'It is called web_search here')
  return {...tool, type: 'web_search'}
}

/** Also for `tool_choice`. */
export function withLegalName(
  tool: JsonObject,
  {field, names, report}: ShapeToolsOptions,
): JsonObject {
  const given = tool['name']
  if (!NAMED_TYPES.has(tool['type']) || toText(given) === undefined) return tool
  const name = names?.toBackend(String(given)) ?? given
  if (name === given) return tool
  report(`${field}.name`, 'renamed', 'The backend refuses this name; the answer has it again')
  return {...tool, name}
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
