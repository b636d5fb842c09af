/**
 * A chat request of the editor as one of the Responses API.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import type {Place} from './answer-memory.ts'
import {toInputItems, type InputOptions} from './to-input-items.ts'
import type {ChatRequestOptions} from '../vscode-api.ts'

/**
 * What an extension may ask for as `modelOptions`. The editor's own chat sends what is for its inside
 * (correlation ids, traces), which is of no use to others.
 */
const KNOWN_OPTIONS = [
  'parallel_tool_calls',
  'prompt_cache_key',
  'reasoning',
  'reasoningEffort',
  'reasoning_effort',
  'response_format',
  'service_tier',
  'text',
  'textVerbosity',
  'verbosity',
]

/** The editor's name of the conversation. */
const CONVERSATION_ID = '_conversationId'

/** `vscode.LanguageModelChatToolMode.Required`. */
const TOOL_REQUIRED = 2

/** What is asked, of whom. */
export interface ChatRequest {
  /** The id of the model, with its effort where it has one. */
  readonly model: string
  readonly messages: readonly vscode.LanguageModelChatRequestMessage[]
  readonly options: ChatRequestOptions
}

/** A request, understood. */
export interface ConvertedRequest {
  readonly request: JsonObject
  /** Where the answer stands. */
  readonly place: Place
  /** The editor's id of the conversation. */
  readonly conversation: string | undefined
  /** Names of options that were not passed on. */
  readonly ignored: readonly string[]
}

/** Converts a request. */
export function toResponsesRequest(
  {model, messages, options}: ChatRequest,
  inputOptions: InputOptions,
): ConvertedRequest {
  const {modelConfiguration = {}, tools = []} = options
  const toolMode: number = options.toolMode
  const modelOptions = toJsonObject(options.modelOptions)
  const given = Object.entries(modelOptions)
  const known = Object.fromEntries(given.filter(([name]) => KNOWN_OPTIONS.includes(name)))
  const ignored = Object.keys(modelOptions).filter(
    (name) => !KNOWN_OPTIONS.includes(name) && name !== CONVERSATION_ID,
  )
  const {reasoningEffort} = modelConfiguration
  const conversation = toText(modelOptions[CONVERSATION_ID])
  const {items, place} = toInputItems(messages, {...inputOptions, conversation})
  const request = {
    model,
    input: items,
    stream: true,
    ...(modelOptions[CONVERSATION_ID] !== undefined && {
      prompt_cache_key: modelOptions[CONVERSATION_ID],
    }),
    // What the user chose in the picker; what an extension asks for wins.
    ...(!hasEffort(known) && reasoningEffort !== undefined && {reasoningEffort}),
    ...(tools.length > 0 && {
      tools: tools.map(toTool),
      tool_choice: toolMode === TOOL_REQUIRED ? 'required' : 'auto',
    }),
    ...known,
  }
  return {request, place, conversation, ignored}
}

function hasEffort(known: JsonObject): boolean {
  return ['reasoning', 'reasoningEffort', 'reasoning_effort'].some((name) => name in known)
}

function toTool({name, description, inputSchema}: vscode.LanguageModelChatTool): JsonObject {
  const parameters = inputSchema ?? {type: 'object', properties: {}}
  return {type: 'function', name, description, parameters, strict: false}
}
