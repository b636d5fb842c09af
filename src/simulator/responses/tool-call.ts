/**
 * Which tool a prompt asks for, and with what.
 *
 * @module
 */
import {sampleJson} from './sample-json.ts'
import {itemType, type OfferedTool, type ResponsesRequest} from './responses-request.ts'

/** A call of a tool that the request offers. */
export interface ToolCall {
  readonly kind: 'custom_tool_call' | 'function_call'
  readonly name: string
  /** The namespace that the tool is offered in. */
  readonly namespace: string | undefined
  /** Arguments as JSON text, or the input of a custom tool. */
  readonly input: string
}

interface FoundTool {
  readonly tool: OfferedTool
  readonly namespace: string | undefined
}

const ASKS_FOR_TOOL = /\b(?:use the tool|call) [`"']?([\w.-]+)[`"']?:?[ \t]*(.*)/gi

/** What the official CLI's tools need to do something harmless. */
const EXEC_COMMAND_ARGUMENTS = JSON.stringify({cmd: 'echo hi'})
const EXEC_INPUT = 'const r = await tools.exec_command({cmd: "echo hi"}); text(JSON.stringify(r));'

/**
 * The calls that the prompt asks for, one on each line; none when the tools are not offered. A request that wants one
 * call at a time gets the first.
 */
export function findToolCalls(request: ResponsesRequest, prompt: string): readonly ToolCall[] {
  const offered = offeredTools(request)
  const calls = [...prompt.matchAll(ASKS_FOR_TOOL)].flatMap(([, name = '', rest = '']) => {
    const found = offered.find(({tool}) => tool.name === name)
    return found ? [toToolCall(found, rest)] : []
  })
  return request.parallel_tool_calls === false ? calls.slice(0, 1) : calls
}

function toToolCall({tool, namespace}: FoundTool, rest: string): ToolCall {
  const isCustom = tool.type === 'custom'
  const name = tool.name ?? ''
  return {
    kind: isCustom ? 'custom_tool_call' : 'function_call',
    name,
    namespace,
    input: isCustom ? toCustomInput(name, rest) : toArguments(tool, rest),
  }
}

/** Every tool that can be called: flat, in a namespace, or in an `additional_tools` item. */
function offeredTools(request: ResponsesRequest): FoundTool[] {
  const additional = request.input
    .filter((item) => itemType(item) === 'additional_tools')
    .flatMap(({tools}) => tools ?? [])
    .map((tool) => ({...tool, type: tool.type ?? 'function'}))
  return [...(request.tools ?? []), ...additional].flatMap((tool) =>
    tool.type === 'namespace'
      ? (tool.tools ?? []).map((inner) => ({tool: inner, namespace: tool.name}))
      : [{tool, namespace: undefined}],
  )
}

function toArguments(tool: OfferedTool, rest: string): string {
  const json = rest.slice(rest.indexOf('{'), rest.lastIndexOf('}') + 1)
  if (json.startsWith('{') && isJson(json)) return json
  if (tool.name === 'exec_command') return EXEC_COMMAND_ARGUMENTS
  return JSON.stringify(sampleJson(tool.parameters ?? {}))
}

function toCustomInput(name: string, rest: string): string {
  if (rest.trim() !== '') return rest.trim()
  return name === 'exec' ? EXEC_INPUT : 'hello'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
