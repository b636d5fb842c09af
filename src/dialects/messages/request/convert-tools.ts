/**
 * Tools of the Messages API as tools of the Responses API.
 *
 * @module
 */
import {isJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import {RequestInvalidError} from '../../../errors.ts'
import type {ReportChange} from '../../../responses/request-change.ts'

/** What a tool takes that does not say it. */
const NO_PARAMETERS = {type: 'object', properties: {}}

/** A web search that the server of the API runs itself, in any version. */
const WEB_SEARCH = /^web_search_\d+$/

/** Tools that the client runs and whose parameters are not sent, because the other server's models know them. */
const KNOWN_TOOLS: readonly (readonly [RegExp, JsonObject])[] = [
  [
    /^bash_\d+$/,
    {
      description: 'Runs a command in a shell that stays the same from call to call.',
      parameters: toParameters({
        command: {type: 'string'},
        restart: {type: 'boolean', description: 'Starts the shell anew.'},
      }),
    },
  ],
  [
    /^text_editor_\d+$/,
    {
      description: 'Looks at, creates and edits text files.',
      parameters: toParameters(
        {
          command: {type: 'string', enum: ['view', 'create', 'str_replace', 'insert']},
          path: {type: 'string'},
          view_range: {type: 'array', items: {type: 'integer'}},
          file_text: {type: 'string'},
          old_str: {type: 'string'},
          new_str: {type: 'string'},
          insert_line: {type: 'integer'},
          insert_text: {type: 'string'},
        },
        ['command', 'path'],
      ),
    },
  ],
]

function toParameters(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return {type: 'object', properties, required}
}

/**
 * Converts `tools`. What only stands for tools that are found later is left out.
 *
 * @returns `undefined` when there are none.
 * @throws {RequestInvalidError} `tools` is no list.
 */
export function toResponsesTools(tools: unknown, report: ReportChange): JsonObject[] | undefined {
  if (tools === undefined || tools === null) return undefined
  if (!Array.isArray(tools)) throw new RequestInvalidError('`tools` must be a list')
  const converted = tools.flatMap((tool: unknown, index): readonly JsonObject[] => {
    if (!isJsonObject(tool)) throw new RequestInvalidError(`\`tools[${index}]\` must be an object`)
    const known = toTool(tool)
    if (!known) report(`tools[${index}]`, 'dropped', 'Codex models have no such tool')
    return known ?? []
  })
  return converted.length > 0 ? converted : undefined
}

function isWebSearch(tool: unknown): boolean {
  return isJsonObject(tool) && WEB_SEARCH.test(toText(tool['type']) ?? '')
}

function toTool(tool: JsonObject): readonly JsonObject[] | undefined {
  const {name, description, input_schema: schema, defer_loading: isDeferred} = tool
  const type = toText(tool['type']) ?? 'custom'
  if (isWebSearch(tool)) return [toWebSearch(tool)]
  const own = KNOWN_TOOLS.find(([pattern]) => pattern.test(type))?.[1]
  if (own) return [{type: 'function', name, strict: false, ...own}]
  if (type !== 'custom') return undefined
  // The place where tools stand that are not loaded yet; nobody can call it.
  if (isDeferred === true && schema === undefined) return []
  if (isDeferred === true && /placeholder/i.test(toText(name) ?? '')) return []
  return [{type: 'function', name, description, parameters: schema ?? NO_PARAMETERS, strict: false}]
}

function toWebSearch({allowed_domains: domains, user_location: place}: JsonObject): JsonObject {
  return {
    type: 'web_search',
    ...(Array.isArray(domains) && domains.length > 0 && {filters: {allowed_domains: domains}}),
    ...(isJsonObject(place) && {user_location: place}),
  }
}

/** What a request says about the choice of tools. */
export interface ChosenTools {
  readonly tool_choice?: unknown
  readonly parallel_tool_calls?: boolean
}

/** Converts `tool_choice`. */
export function toToolChoice(choice: unknown): ChosenTools {
  if (!isJsonObject(choice)) return {}
  const {type, name, disable_parallel_tool_use: isSerial} = choice
  const chosen = type === 'tool' ? {type: 'function', name} : toWord(type)
  return {
    ...(chosen !== undefined && {tool_choice: chosen}),
    ...(typeof isSerial === 'boolean' && {parallel_tool_calls: !isSerial}),
  }
}

function toWord(type: unknown): string | undefined {
  if (type === 'any') return 'required'
  return type === 'auto' || type === 'none' ? type : undefined
}
