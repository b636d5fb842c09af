/**
 * The messages of the Messages API as the items of the Responses API.
 *
 * The same message always becomes the same items, so that the backend finds in its cache what it has read before.
 *
 * @module
 */
import {isJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import {RequestInvalidError} from '../../../errors.ts'
import type {ReportChange} from '../../../responses/request-change.ts'
import {readBlocks, toInputPart, type FieldPath, type PlacedBlock} from './content-blocks.ts'
import {readSignature} from '../thinking-signature.ts'

/** Blocks of tools that ran at the server of the other API; their words are in the text that follows. */
const SERVER_BLOCK = /^(?:server_tool_use|\w+_tool_result|mcp_tool_use)$/

/**
 * Converts `messages`.
 *
 * @param report Told of each block that was dropped.
 * @throws {RequestInvalidError} A message is not one; the error names the place.
 */
export function toInputItems(messages: unknown, report: ReportChange): readonly JsonObject[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new RequestInvalidError('`messages` must be a list with at least one message')
  }
  return messages.flatMap((message: unknown, index) => {
    const path = `messages[${index}]`
    if (!isJsonObject(message)) throw new RequestInvalidError(`\`${path}\` must be an object`)
    return toItems(message, path, report)
  })
}

function toItems(message: JsonObject, path: FieldPath, report: ReportChange): JsonObject[] {
  const {role, content} = message
  const blocks = readBlocks(content, `${path}.content`)
  switch (role) {
    case 'user':
      return toUserItems(blocks)
    case 'assistant':
      return blocks.flatMap((placed) => toAssistantItems(placed, report))
    case 'system':
    case 'developer':
      return toMessage('developer', blocks)
    default:
      throw new RequestInvalidError(`\`${path}.role\` must be user, assistant or system`)
  }
}

/** What tools gave, and between it what the user says, in the order in which it stands there. */
function toUserItems(blocks: readonly PlacedBlock[]): JsonObject[] {
  const items: JsonObject[] = []
  let said: PlacedBlock[] = []
  for (const placed of blocks) {
    if (placed.block['type'] !== 'tool_result') {
      said.push(placed)
      continue
    }
    items.push(...toMessage('user', said), toToolOutput(placed))
    said = []
  }
  return [...items, ...toMessage('user', said)]
}

function toMessage(role: string, blocks: readonly PlacedBlock[]): JsonObject[] {
  const content = blocks.map(toInputPart).filter((part) => part !== undefined)
  return content.length > 0 ? [{type: 'message', role, content}] : []
}

/** The API of the backend has no field for a failure, so that the words have to say it. */
function toToolOutput({block, path}: PlacedBlock): JsonObject {
  const {tool_use_id: id, content, is_error: isError} = block
  const parts = readBlocks(content, `${path}.content`)
    .map(toInputPart)
    .filter((part) => part !== undefined)
  const failed = isError === true ? [{type: 'input_text', text: 'The tool failed:'}] : []
  const [only, ...others] = [...failed, ...parts]
  const isText = others.length === 0 && (only === undefined || only['type'] === 'input_text')
  const output = isText ? (toText(only?.['text']) ?? '') : [...failed, ...parts]
  return {type: 'function_call_output', call_id: id, output}
}

function toAssistantItems({block, path}: PlacedBlock, report: ReportChange): JsonObject[] {
  const type = toText(block['type']) ?? ''
  switch (type) {
    case 'text':
      return toText(block['text']) === undefined ? [] : [toWords(block['text'])]
    case 'thinking':
      return toReasoning(block, path, report)
    case 'redacted_thinking':
      report(path, 'dropped', 'Only the server that wrote this reasoning can read it')
      return []
    case 'tool_use':
      return [toCall(block)]
    default:
      if (SERVER_BLOCK.test(type)) return []
      report(path, 'dropped', 'An answer has no blocks of this type')
      return []
  }
}

function toWords(text: unknown): JsonObject {
  return {type: 'message', role: 'assistant', content: [{type: 'output_text', text}]}
}

function toCall({id, name, input}: JsonObject): JsonObject {
  return {
    type: 'function_call',
    call_id: id,
    name,
    arguments: typeof input === 'string' ? input : JSON.stringify(input ?? {}),
  }
}

function toReasoning(block: JsonObject, path: FieldPath, report: ReportChange): JsonObject[] {
  const signed = readSignature(block['signature'])
  if (!signed) {
    report(path, 'dropped', 'Only the server that wrote this reasoning can read it')
    return []
  }
  const {encryptedContent, id} = signed
  const text = toText(block['thinking'])
  const summary = text === undefined ? [] : [{type: 'summary_text', text}]
  return [
    {
      type: 'reasoning',
      ...(id !== undefined && {id}),
      summary,
      encrypted_content: encryptedContent,
    },
  ]
}
