/**
 * What the backend takes in `input`, by the type of the item. Whatever enters passes this one table.
 *
 * The sources are what the official client sends back (recorded 2026-11-20, 0.169.0), the published
 * schema of the Responses API, and refusals that users reported; each is named where it counts.
 *
 * @module
 */
import {isJsonObject} from '../../../base/json-object.ts'
import type {Item} from '../memory/item-memory.ts'
import {isCallType, isOutputType} from './pair-tool-calls.ts'
import type {Place} from '../place.ts'

/**
 * Fields beside `type`; with `!`, the backend asks for them. `status` is refused where it is not
 * listed ("Unknown parameter: 'input[2].status'", zyycn/codex-proxy-rs #194), and ids are looked up.
 * Only what OpenAI's own tools did needs one ("Missing required parameter: 'input[42].id'",
 * openai/codex #6926).
 */
const RULES: Readonly<Record<string, string>> = {
  message: 'role! content! phase',
  // "array_above_max_length": `content` has to be empty (querymt #976).
  reasoning: 'summary! encrypted_content!',
  function_call: 'call_id name! arguments! namespace',
  function_call_output: 'call_id output!',
  custom_tool_call: 'call_id name! input! namespace',
  custom_tool_call_output: 'call_id output!',
  local_shell_call: 'call_id action! status',
  local_shell_call_output: 'call_id output!',
  tool_search_call: 'call_id execution arguments status',
  tool_search_output: 'call_id execution tools! status',
  web_search_call: 'id! action! status',
  image_generation_call: 'id! result! revised_prompt status',
  file_search_call: 'id! queries! results status',
  code_interpreter_call: 'id! code! container_id! outputs status',
  mcp_list_tools: 'id! server_label! tools! error',
  mcp_call: 'id! server_label! name! arguments! output error approval_request_id status',
  mcp_approval_request: 'id! server_label name! arguments!',
  mcp_approval_response: 'approval_request_id! approve! reason',
  computer_call: 'call_id action actions pending_safety_checks status',
  computer_call_output: 'call_id output! acknowledged_safety_checks',
  shell_call: 'call_id action environment max_output_length status',
  shell_call_output: 'call_id output! max_output_length status',
  apply_patch_call: 'call_id operation status',
  apply_patch_call_output: 'call_id output status',
  program: 'id! call_id! code! fingerprint!',
  program_output: 'id! call_id! result! status',
  compaction: 'encrypted_content!',
  context_compaction: 'encrypted_content',
  compaction_trigger: '',
  additional_tools: 'role tools!',
}

/** Items of the official client whose fields nobody has published. */
const OPAQUE: ReadonlySet<unknown> = new Set(['agent_message', 'configuration_update'])

/** The official client says in it where an item comes from. */
const EVERYWHERE = 'internal_chat_message_metadata_passthrough'

/** How the ids of what OpenAI's own tools did have to begin. */
const ID_PREFIXES: ReadonlyMap<unknown, string> = new Map(
  Object.entries({
    web_search_call: 'ws_',
    image_generation_call: 'ig_',
    file_search_call: 'fs_',
    code_interpreter_call: 'ci_',
    mcp_list_tools: 'mcpl_',
    mcp_call: 'mcp_',
  }),
)

/** "Expected an ID that contains letters, numbers, underscores, or dashes", at most 64 of them. */
const LEGAL_ID = /^[\w-]{1,64}$/

/** Whether the backend takes a value of this type here. */
type Check = (value: unknown, item: Item) => boolean

/** Fields that are no texts. */
const CHECKS: ReadonlyMap<string, Check> = new Map(
  Object.entries<Check>({
    'acknowledged_safety_checks actions outputs pending_safety_checks queries results summary tools':
      Array.isArray,
    'action environment operation': isJsonObject,
    [`approve content error input max_output_length ${EVERYWHERE}`]: () => true,
    arguments: (value, {type}) => isText(value) || type === 'tool_search_call',
    call_id: isCallId,
    output: (value) => isText(value) || typeof value === 'object',
  }).flatMap(([names, check]) => names.split(' ').map((name) => [name, check])),
)

interface ItemRule {
  readonly fields: ReadonlyMap<string, Check>
  readonly needs: readonly string[]
}

const PARSED: ReadonlyMap<unknown, ItemRule> = new Map(
  Object.entries(RULES).map(([type, list]) => {
    const names = list.split(' ')
    const needs = names.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1))
    const fields = [...names.map((name) => name.replace('!', '')), 'type', EVERYWHERE]
    return [
      type,
      {needs, fields: new Map(fields.map((name) => [name, CHECKS.get(name) ?? isText]))},
    ]
  }),
)

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

/** Where a client answers, calls and outputs get ids that fit together once all are known. */
function isCallId(value: unknown, item: Item): boolean {
  const isLegal = typeof value === 'string' && value !== '' && value.length <= 64
  return isLegal || isCallType(item) || isOutputType(item)
}

function isNull(value: unknown): boolean {
  return value === undefined || value === null
}

/** Whether the backend knows items of this type. Without a type, an item is a message. */
export function isKnownType(type: unknown): boolean {
  return type === undefined || PARSED.has(type) || OPAQUE.has(type)
}

/**
 * Leaves out what the backend refuses of an item of this type.
 *
 * @returns `item` itself when nothing had to change; `undefined` when it lacks what the backend asks for.
 */
export function fitItem(item: Item, place: Place): Item | undefined {
  const rule = PARSED.get(item['type'] ?? 'message')
  // An id of an item that nobody has described is looked up all the same.
  if (!rule) return 'id' in item ? {...item, id: undefined} : item
  const named = rule.fields.has('id') ? withLegalId(item, place) : item
  if (rule.needs.some((name) => isNull(named[name]) || !takes(rule, name, named))) return undefined
  let fitted: Record<string, unknown> | undefined
  for (const name of Object.keys(named)) {
    if (takes(rule, name, named)) continue
    // Undefined is not written, and a copy with it costs a fifth of one without.
    fitted ??= {...named}
    fitted[name] = undefined
    if (name !== 'id' && !isNothing(named[name])) reportField(name, place)
  }
  return fitted ?? named
}

function takes({fields}: ItemRule, name: string, item: Item): boolean {
  const check = fields.get(name)
  return check !== undefined && (isNull(item[name]) || check(item[name], item))
}

function withLegalId(item: Item, {field, report, usedIds}: Place): Item {
  const {id} = item
  const prefix = ID_PREFIXES.get(item['type'])
  const isLegal = typeof id === 'string' && LEGAL_ID.test(id) && id.startsWith(prefix ?? '')
  if (isLegal && !usedIds.has(id)) {
    usedIds.add(id)
    return item
  }
  // Other items may name it, so that no other can take its place.
  if (prefix === undefined) return {...item, id: undefined}
  report(
    `${field}.id`,
    id === undefined ? 'added' : 'replaced',
    'The backend asks for an id of its own form here',
  )
  // Numbered by its place, so that it stays the same as the history grows.
  let own = `${prefix}${field.replaceAll(/\W+/g, '_')}`
  while (usedIds.has(own)) own += '_'
  usedIds.add(own)
  return {...item, id: own}
}

function reportField(name: string, {field, report}: Place): void {
  // Once for all: most items have one.
  if (name === 'status') return report('input[].status', 'dropped', 'The backend refuses it here')
  report(
    `${field}.${name.slice(0, 80)}`,
    'dropped',
    'The backend refuses it in an item of this type',
  )
}

function isNothing(value: unknown): boolean {
  return isNull(value) || (Array.isArray(value) && value.length === 0)
}
