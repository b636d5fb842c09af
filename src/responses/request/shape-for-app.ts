/**
 * The form in which the API takes a request of an app ("Sign in with ChatGPT").
 *
 * @module
 * @see {@link https://developers.openai.com/siwc}
 */
import {toJsonObject, toList, type JsonObject} from '../../base/json-object.ts'
import type {ReportChange} from '../request-change.ts'
import {DEFAULT_INSTRUCTIONS} from './instructions.ts'
import type {Item} from './memory/item-memory.ts'
import {TOOLS, type ShapedBody} from './shape-lite.ts'

/** Tools that stand in the input, as in Responses-Lite. What OpenAI runs itself stays where it is. */
const INPUT_TOOLS: ReadonlySet<unknown> = new Set(['custom', 'function', 'namespace'])

/** Tools that only Codex has, and what they are for. */
const CODEX_TOOLS: ReadonlyMap<unknown, string> = new Map([
  ['code_interpreter', 'run code at OpenAI'],
  ['computer', 'use a computer'],
  ['computer_use_preview', 'use a computer'],
  ['file_search', 'search files at OpenAI'],
  ['image_generation', 'draw images'],
  ['mcp', 'use MCP servers through OpenAI'],
  ['tool_search', 'search for tools'],
])

/** Moves tools into the input, and leaves out what the API refuses. */
export function shapeForApp({tools, ...body}: ShapedBody, report: ReportChange): JsonObject {
  const all = toList(tools).filter((tool) => !isCodexTool(tool))
  if (all.length < toList(tools).length) {
    report('tools', 'dropped', 'Some of them an app of ChatGPT does not have')
  }
  const moved = all.filter(isInputTool)
  const kept = all.filter((tool) => !isInputTool(tool))
  return {
    ...body,
    client_metadata: undefined,
    instructions: body.instructions ?? DEFAULT_INSTRUCTIONS,
    tools: kept.length > 0 ? kept : undefined,
    input: [
      ...(moved.length > 0 ? [{type: TOOLS, role: 'developer', tools: moved}] : []),
      ...body.input.map(withoutCodexTools),
    ],
  }
}

/** What a request is looked at for. */
export interface AskedForTools {
  readonly input: readonly Item[]
  readonly tools: unknown
  readonly toolChoice: unknown
}

/**
 * What of a request an app cannot do, as the end of a sentence; `undefined` when it can answer. A tool that is only
 * offered, among others, can be missing.
 */
export function findCodexNeed({input, tools, toolChoice}: AskedForTools): string | undefined {
  // The official CLI asks so at the end of a long conversation.
  if (input.at(-1)?.['type'] === 'compaction_trigger') return 'compact a conversation'
  const offered = [...toList(tools), ...input.flatMap((item) => toList(item['tools']))]
  const isAll = offered.length > 0 && offered.every(isCodexTool)
  const needed = isAll ? offered[0] : toolChoice
  return CODEX_TOOLS.get(toJsonObject(needed)['type'])
}

function withoutCodexTools(item: Item): Item {
  const tools = item['tools']
  if (item['type'] !== TOOLS || !toList(tools).some(isCodexTool)) return item
  return {...item, tools: toList(tools).filter((tool) => !isCodexTool(tool))}
}

function isCodexTool(tool: unknown): boolean {
  return CODEX_TOOLS.has(toJsonObject(tool)['type'])
}

function isInputTool(tool: unknown): boolean {
  return INPUT_TOOLS.has(toJsonObject(tool)['type'])
}
