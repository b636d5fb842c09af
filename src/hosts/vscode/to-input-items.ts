/**
 * The editor's messages as the items of the Responses API.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {parseJson, toText, type JsonObject} from '../../http/json-object.ts'
import type {CallMemory} from './call-memory.ts'
import {createPartReader, type PartReader} from './content-parts.ts'
import type {ChatParts} from './vscode-api.ts'

/** The published roles, and that of a system prompt, which only the editor's own chat sends. */
const ROLES: Readonly<Record<number, string>> = {1: 'user', 2: 'assistant', 3: 'developer'}

/** What the conversion goes by. */
export interface InputOptions {
  readonly parts: ChatParts
  readonly calls: CallMemory
}

/**
 * Converts messages. What a model thought before a tool call is put back in front of it. Thoughts that
 * the editor shows are left out: they are a summary, which no model reads.
 */
export function toInputItems(
  messages: readonly vscode.LanguageModelChatRequestMessage[],
  options: InputOptions,
): JsonObject[] {
  const reader = createPartReader(options.parts)
  const seen = new Set<JsonObject>()
  return messages.flatMap((message) => toItems(message, {...options, reader, seen}))
}

interface Context extends InputOptions {
  readonly reader: PartReader
  /** Thoughts that are among the items already: calls that were made at once share them. */
  readonly seen: Set<JsonObject>
}

function toItems(
  {role, content}: vscode.LanguageModelChatRequestMessage,
  context: Context,
): JsonObject[] {
  const {parts, reader} = context
  const roleName = ROLES[role] ?? 'user'
  const direction = roleName === 'assistant' ? 'output' : 'input'
  const items: JsonObject[] = []
  let said: JsonObject[] = []
  const flush = () => {
    if (said.length > 0) items.push({type: 'message', role: roleName, content: said})
    said = []
  }
  for (const part of content) {
    if (part instanceof parts.LanguageModelToolCallPart) {
      flush()
      items.push(...toCallItems(part, context))
    } else if (part instanceof parts.LanguageModelToolResultPart) {
      flush()
      const output = reader.toToolOutput(part)
      items.push({type: 'function_call_output', call_id: part.callId, output})
    } else {
      const converted = reader.toContent(part, direction)
      // The editor writes empty texts between thoughts and calls.
      if (converted && converted['text'] !== '') said.push(converted)
    }
  }
  flush()
  return items
}

/** A call as the model wrote it, with its thoughts, or as the editor has it. */
function toCallItems(
  {callId, name, input}: vscode.LanguageModelToolCallPart,
  {calls, seen}: Context,
): JsonObject[] {
  const written = JSON.stringify(input)
  const call = {type: 'function_call', call_id: callId, name, arguments: written}
  const remembered = calls.recall(callId) ?? []
  return [...remembered, ...(remembered.some(isCall) ? [] : [call])].flatMap((item) => {
    if (seen.has(item)) return []
    seen.add(item)
    // Letter by letter what the model wrote keeps the prompt cache warm, unless it was changed since.
    return isCall(item) && !isSameInput(item, written) ? [call] : [item]
  })
}

function isCall({type}: JsonObject): boolean {
  return type === 'function_call'
}

function isSameInput(item: JsonObject, written: string): boolean {
  return JSON.stringify(parseJson(toText(item['arguments']) ?? '{}')) === written
}
