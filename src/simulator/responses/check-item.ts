/**
 * What the backend refuses in one item of `input`, in its own words.
 *
 * @module
 */
import {answerError} from '../backend-answer.ts'
import {itemType, type InputItem} from './responses-request.ts'

interface ItemRule {
  readonly required: readonly string[]
  readonly optional: readonly string[]
}

/** Accepted on any item: the official client's own note, and an id of a whole item. */
const COMMON = ['type', 'id', 'internal_chat_message_metadata_passthrough']

function rule(required: string, optional = ''): ItemRule {
  return {required: required.split(' ').filter(Boolean), optional: optional.split(' ')}
}

/** Fields of each type, as the published schema and the traffic of the official client have them. */
const RULES: ReadonlyMap<string, ItemRule> = new Map(
  Object.entries({
    message: rule('role content', 'phase status'),
    reasoning: rule('summary', 'content encrypted_content'),
    function_call: rule('call_id name arguments', 'namespace status'),
    function_call_output: rule('call_id output', 'status'),
    custom_tool_call: rule('call_id name input', 'namespace status'),
    custom_tool_call_output: rule('call_id output', 'status name'),
    local_shell_call: rule('call_id action', 'status'),
    local_shell_call_output: rule('call_id output', 'status'),
    tool_search_call: rule('', 'call_id execution arguments status'),
    tool_search_output: rule('tools', 'call_id execution status'),
    web_search_call: rule('id', 'action status'),
    image_generation_call: rule('id result', 'revised_prompt status'),
    file_search_call: rule('id queries', 'results status'),
    code_interpreter_call: rule('id container_id code', 'outputs status'),
    mcp_list_tools: rule('id server_label tools', 'error'),
    mcp_call: rule('id server_label name arguments', 'output error approval_request_id status'),
    mcp_approval_request: rule('id name arguments', 'server_label'),
    mcp_approval_response: rule('approval_request_id approve', 'reason'),
    computer_call: rule('call_id', 'action actions pending_safety_checks status'),
    computer_call_output: rule('call_id output', 'acknowledged_safety_checks status'),
    shell_call: rule('call_id', 'action environment max_output_length status'),
    shell_call_output: rule('call_id output', 'max_output_length status'),
    apply_patch_call: rule('call_id', 'operation status'),
    apply_patch_call_output: rule('call_id', 'output status'),
    program: rule('id call_id code fingerprint'),
    program_output: rule('id call_id result', 'status'),
    compaction: rule('encrypted_content'),
    context_compaction: rule('', 'encrypted_content'),
    compaction_trigger: rule(''),
    additional_tools: rule('tools', 'role'),
  }),
)

/** Items of the official client whose fields are not published. */
const UNPUBLISHED = ['agent_message', 'configuration_update']

const PARTS: Readonly<Record<string, readonly string[]>> = {
  user: ['input_text', 'input_image', 'input_file'],
  developer: ['input_text', 'input_image', 'input_file'],
  assistant: ['output_text', 'refusal'],
}

const PART_FIELDS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    input_text: ['text'],
    output_text: ['text', 'annotations', 'logprobs'],
    refusal: ['refusal'],
    input_image: ['image_url', 'file_id', 'detail'],
    input_file: ['file_data', 'file_id', 'file_url', 'filename', 'detail'],
  }),
)

const OUTPUTS = ['function_call_output', 'custom_tool_call_output', 'local_shell_call_output']

/** Longest texts, in characters. */
const LIMITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    arguments: 1_048_576,
    call_id: 64,
    content: 10_485_760,
    id: 64,
    output: 10_485_760,
  }),
)

const LEGAL_NAME = /^[a-zA-Z0-9_-]+$/

const NAMED = ['function_call', 'custom_tool_call']

/** Items that offer tools, which say of what type they are. */
const TOOL_LISTS = ['additional_tools', 'tool_search_output']

/** @param index Where the item is in the input. */
export function checkItem(item: InputItem, index: number): Response | undefined {
  const type = itemType(item)
  const place = `input[${index}]`
  if (UNPUBLISHED.includes(type)) return undefined
  const known = RULES.get(type)
  if (!known) {
    const values = [...RULES.keys()].map((name) => `'${name}'`).join(', ')
    return refuse(
      'invalid_value',
      place,
      `Invalid value: '${type}'. Supported values are: ${values}.`,
    )
  }
  return (
    checkFields(item, known, place) ??
    checkLengths(item, place) ??
    checkReasoning(item, place) ??
    checkName(item, place) ??
    checkTools(item, place) ??
    checkParts(item, place)
  )
}

function checkFields(item: InputItem, known: ItemRule, place: string): Response | undefined {
  const fields: Readonly<Record<string, unknown>> = item
  const missing = known.required.find((name) => fields[name] === undefined || fields[name] === null)
  if (missing !== undefined) return refuseMissing(`${place}.${missing}`)
  const accepted = [...COMMON, ...known.required, ...known.optional]
  const unknown = Object.keys(fields).find(
    (name) => !accepted.includes(name) && fields[name] !== undefined,
  )
  return unknown === undefined ? undefined : refuseUnknown(`${place}.${unknown}`)
}

function checkLengths(item: InputItem, place: string): Response | undefined {
  for (const [name, max] of LIMITS) {
    const value = (item as Readonly<Record<string, unknown>>)[name]
    const refusal =
      typeof value === 'string' ? checkLength(value, max, `${place}.${name}`) : undefined
    if (refusal) return refusal
  }
  if (item.call_id !== '') return undefined
  const param = `${place}.call_id`
  return refuse('empty_string', param, `Invalid '${param}': empty string.`)
}

function checkReasoning(item: InputItem, place: string): Response | undefined {
  if (itemType(item) !== 'reasoning') return undefined
  const {content, encrypted_content: encrypted} = item
  if (Array.isArray(content) && content.length > 0) {
    const message =
      `Invalid '${place}.content': array too long. Expected an array with maximum length 0, ` +
      `but got an array with length ${content.length} instead.`
    return refuse('array_above_max_length', `${place}.content`, message)
  }
  if (encrypted !== '') return undefined
  const param = `${place}.encrypted_content`
  return refuse('empty_string', param, `Invalid '${param}': empty string.`)
}

function checkName(item: InputItem, place: string): Response | undefined {
  const {name} = item
  if (!NAMED.includes(itemType(item))) return undefined
  const param = `${place}.name`
  if (typeof name === 'string' && LEGAL_NAME.test(name)) return checkLength(name, 64, param)
  const what = name ? 'string does not match pattern' : 'empty string'
  const message = `Invalid '${param}': ${what}. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`
  return refuse('invalid_value', param, message)
}

function checkTools(item: InputItem, place: string): Response | undefined {
  if (!TOOL_LISTS.includes(itemType(item))) return undefined
  const untyped = (item.tools ?? []).findIndex(({type}) => type === undefined)
  return untyped === -1 ? undefined : refuseMissing(`${place}.tools[${untyped}].type`)
}

function checkParts(item: InputItem, place: string): Response | undefined {
  const type = itemType(item)
  const {content, output} = item
  const role = item.role ?? ''
  const accepted = type === 'message' ? PARTS[role] : OUTPUTS.includes(type) ? PARTS['user'] : []
  if (type === 'message' && !accepted) {
    const message = `Invalid value: '${role}'. Supported values are: 'assistant', 'developer' and 'user'.`
    return refuse('invalid_value', `${place}.role`, message)
  }
  const [field, list] = type === 'message' ? ['content', content] : ['output', output]
  if (!accepted || accepted.length === 0 || !Array.isArray(list)) return undefined
  for (const [index, part] of list.entries()) {
    const refusal = checkPart(part, accepted, `${place}.${field}[${index}]`)
    if (refusal) return refusal
  }
  return undefined
}

function checkPart(
  part: Readonly<Record<string, unknown>>,
  accepted: readonly string[],
  place: string,
): Response | undefined {
  const type = String(part['type'])
  if (!accepted.includes(type)) {
    const values = accepted.map((name) => `'${name}'`).join(' and ')
    return refuse(
      'invalid_value',
      place,
      `Invalid value: '${type}'. Supported values are: ${values}.`,
    )
  }
  const fields = ['type', ...(PART_FIELDS.get(type) ?? [])]
  const unknown = Object.keys(part).find((name) => !fields.includes(name))
  if (unknown !== undefined) return refuseUnknown(`${place}.${unknown}`)
  if (type === 'input_image') return checkImage(part, place)
  const {text} = part
  if (type.endsWith('_text') && typeof text !== 'string') {
    return refuseMissing(`${place}.text`)
  }
  return typeof text === 'string' ? checkLength(text, 10_485_760, `${place}.text`) : undefined
}

/** The types are told by the beginnings of the files, as base64. */
const IMAGE_DATA =
  /^data:image\/(?:png;base64,iVBORw0KGg|jpeg;base64,\/9j\/|gif;base64,R0lGOD|webp;base64,UklGR)/

function checkImage(
  {image_url: url, file_id: file}: Readonly<Record<string, unknown>>,
  place: string,
): Response | undefined {
  if (typeof file === 'string') return undefined
  if (typeof url === 'string' && (/^https?:/i.test(url) || IMAGE_DATA.test(url))) return undefined
  const message =
    'The image data you provided does not represent a valid image. Please check your input and try again.'
  return refuse('invalid_value', place, message)
}

function checkLength(text: string, max: number, param: string): Response | undefined {
  if (text.length <= max) return undefined
  const message =
    `Invalid '${param}': string too long. Expected a string with maximum length ${max}, ` +
    `but got a string with length ${text.length} instead.`
  return refuse('string_above_max_length', param, message)
}

function refuseMissing(param: string): Response {
  return refuse('missing_required_parameter', param, `Missing required parameter: '${param}'.`)
}

function refuseUnknown(param: string): Response {
  return refuse('unknown_parameter', param, `Unknown parameter: '${param}'.`)
}

function refuse(code: string, param: string, message: string): Response {
  return answerError(400, {message, code, param})
}
