/**
 * What the backend takes, checked apart from the code that makes it.
 *
 * @module
 */
import {expect} from 'vitest'
import {checkInput as checkAsBackend} from '../../../src/simulator/responses/check-input.ts'
import {createEncryptedContent} from '../../../src/simulator/responses/encrypted-content.ts'
import {
  responsesRequestSchema,
  type ResponsesRequest,
} from '../../../src/simulator/responses/responses-request.ts'
import type {PreparedRequest} from '../../../src/responses/request/prepare-request.ts'

type Fields = Readonly<Record<string, unknown>>

/** Any other field is answered with "Unsupported parameter". */
const ACCEPTED_FIELDS = [
  'model',
  'stream',
  'service_tier',
  'instructions',
  'input',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning',
  'store',
  'include',
  'prompt_cache_key',
  'text',
  'client_metadata',
]

/** The outputs that answer each kind of call. */
const ANSWERS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ['apply_patch_call', ['apply_patch_call_output']],
  ['computer_call', ['computer_call_output']],
  ['custom_tool_call', ['custom_tool_call_output']],
  ['function_call', ['function_call_output']],
  ['local_shell_call', ['local_shell_call_output', 'function_call_output']],
  ['shell_call', ['shell_call_output']],
  ['tool_search_call', ['tool_search_output']],
])

/** Items of the official client whose fields nobody knows. */
const UNPUBLISHED = new Set<unknown>(['agent_message', 'configuration_update'])

/** What OpenAI's own tools did is known by an id. */
const WITH_ID = new Set<unknown>([
  'code_interpreter_call',
  'file_search_call',
  'image_generation_call',
  'mcp_approval_request',
  'mcp_call',
  'mcp_list_tools',
  'program',
  'program_output',
  'web_search_call',
])

const OUTPUTS = new Set<unknown>([...ANSWERS.values()].flat())

/** A key of the prompt cache is sent as a header, too. */
const CONVERSATION_ID = /^[\u0021-\u007E](?:[\u0020-\u007E]{0,62}[\u0021-\u007E])?$/

const IMAGE_URL =
  /^(?:https?:\/\/|data:image\/(?:png|jpeg|gif|webp);base64,(?:[\w+/]{4})*[\w+/=]{4}$)/i

/**
 * Fails when the backend would refuse the request.
 *
 * @returns The body.
 */
export function checkPrepared({body: json, conversationId, lite}: PreparedRequest): Fields {
  const body = JSON.parse(json) as Fields
  expect(Object.keys(body).filter((field) => !ACCEPTED_FIELDS.includes(field))).toEqual([])
  expect(body).toMatchObject({stream: true, store: false, prompt_cache_key: conversationId})
  expect(conversationId).toMatch(CONVERSATION_ID)
  expect(body['include']).toContain('reasoning.encrypted_content')
  expect([undefined, 'priority', 'flex']).toContain(body['service_tier'])
  if (lite) expect(Object.keys(body)).not.toContain('tools')
  else expect(String(body['instructions']).trim()).not.toBe('')
  checkInput(body['input'] as readonly Fields[])
  checkBySimulator(body)
  checkUnicode(body)
  return body
}

/** Fails when an item would have to be looked up, is of a role that is refused, or lacks its other half. */
function checkInput(items: readonly Fields[]): void {
  const refused = items.filter(
    ({type, role, id}) =>
      type === 'item_reference' || role === 'system' || (id !== undefined && !WITH_ID.has(type)),
  )
  expect(refused).toEqual([])
  checkPairs(items)
  for (const {type = 'message', content, output} of items) {
    if (type === 'message') checkImages([content].flat())
    if (type === 'function_call_output') checkImages([output].flat())
  }
}

/** Fails with the words in which the stand-in of the backend would refuse the request. */
function checkBySimulator(body: Fields): void {
  const items = (body['input'] as readonly Fields[]).filter(({type}) => !UNPUBLISHED.has(type))
  if (items.length === 0) return
  const parsed = responsesRequestSchema.pick({input: true}).safeParse({input: items})
  expect(parsed.error?.issues).toBeUndefined()
  const {input} = parsed.data as Pick<ResponsesRequest, 'input'>
  const encrypted = createEncryptedContent('account')
  const own = input.map((item) =>
    item.encrypted_content === undefined ? item : {...item, encrypted_content: encrypted},
  )
  const refusal = checkAsBackend(own, 'account')
  expect(refusal && Reflect.get(refusal, 'status')).toBeUndefined()
}

/** Every text and every name of a field is well-formed. */
function checkUnicode(value: unknown): void {
  if (typeof value === 'string') expect(value.isWellFormed()).toBe(true)
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    expect(key.isWellFormed()).toBe(true)
    checkUnicode(inner)
  }
}

/** Every call of a client's tool has one output behind it, and every output one call before it. */
function checkPairs(items: readonly Fields[]): void {
  const open = new Map<unknown, unknown>()
  const used = new Set<unknown>()
  for (const {type, call_id: callId, execution} of items) {
    const isNamed = typeof callId === 'string' && callId.trim() !== ''
    if (execution === 'server') continue
    if (ANSWERS.has(type) && isNamed) {
      expect(used, 'ids of calls before').not.toContain(callId)
      expect(callId.length).toBeLessThanOrEqual(64)
      used.add(callId)
      open.set(callId, type)
    } else if (OUTPUTS.has(type) && (isNamed || type !== 'tool_search_output')) {
      expect(ANSWERS.get(open.get(callId)), 'outputs of the call before').toContain(type)
      open.delete(callId)
    }
  }
  expect([...open], 'calls without an output').toEqual([])
}

function checkImages(parts: readonly unknown[]): void {
  for (const part of parts) {
    const {type, image_url: url, file_id: file} = Object(part) as Fields
    if (type === 'input_image' && !(url === undefined && typeof file === 'string')) {
      expect(url).toMatch(IMAGE_URL)
    }
  }
}

/** Fails when the schema of a function's arguments is one that the backend refuses. */
export function checkParameters(schema: unknown): void {
  expect(schema).toHaveProperty('type', 'object')
  expect(schema).toHaveProperty('properties')
  const combined = ['$ref', 'allOf', 'anyOf', 'oneOf', 'enum', 'not']
  expect(Object.keys(schema as Fields).filter((key) => combined.includes(key))).toEqual([])
  checkSchema(schema)
}

function checkSchema(schema: unknown): void {
  expect(schema).toBeTypeOf('object')
  const {type, properties, items, anyOf} = schema as Fields
  const types = [type].flat()
  if (types.includes('object')) expect(properties).toBeTypeOf('object')
  if (types.includes('array'))
    expect([typeof items, Array.isArray(items)]).toEqual(['object', false])
  if (properties !== undefined) Object.values(properties as Fields).forEach(checkSchema)
  if (items !== undefined && typeof items !== 'boolean') checkSchema(items)
  if (anyOf !== undefined) (anyOf as readonly unknown[]).forEach(checkSchema)
}
