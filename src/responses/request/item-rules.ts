/**
 * What the backend takes in `input`, by the type of the item. Whatever enters passes this one table.
 *
 * The sources are what the official client sends back (recorded 2026-11-20, 0.169.0), the published
 * schema of the Responses API, and refusals that people reported; each is named where it counts.
 *
 * @module
 */
import type {Item} from './item-memory.ts'
import type {Place} from './place.ts'

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

/** Fields that have to be lists. */
const LISTS: ReadonlySet<string> = new Set(['queries', 'tools'])

interface ItemRule {
  readonly fields: ReadonlySet<string>
  readonly needs: readonly string[]
}

const PARSED: ReadonlyMap<unknown, ItemRule> = new Map(
  Object.entries(RULES).map(([type, list]) => {
    const names = list.split(' ')
    const needs = names.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1))
    const fields = new Set([...names.map((name) => name.replace('!', '')), 'type', EVERYWHERE])
    return [type, {fields, needs}]
  }),
)

function isMissing(name: string, value: unknown): boolean {
  return value === undefined || value === null || (LISTS.has(name) && !Array.isArray(value))
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
  if (rule.needs.some((name) => isMissing(name, named[name]))) return undefined
  let fitted: Record<string, unknown> | undefined
  for (const name of Object.keys(named)) {
    if (rule.fields.has(name)) continue
    // Undefined is not written, and a copy with it costs a fifth of one without.
    fitted ??= {...named}
    fitted[name] = undefined
    if (name !== 'id' && !isNothing(named[name])) reportField(name, place)
  }
  return fitted ?? named
}

function withLegalId(item: Item, {field, report, usedIds}: Place): Item {
  const {id} = item
  const prefix = ID_PREFIXES.get(item['type'])
  if (prefix === undefined) return item
  const isLegal = typeof id === 'string' && LEGAL_ID.test(id) && id.startsWith(prefix)
  if (isLegal && !usedIds.has(id)) {
    usedIds.add(id)
    return item
  }
  report(
    `${field}.id`,
    id === undefined ? 'added' : 'replaced',
    'The backend asks for an id of its own form here',
  )
  // Numbered by its place, so that it stays the same as the history grows.
  return {...item, id: `${prefix}${field.replaceAll(/\W+/g, '_')}`}
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
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}
