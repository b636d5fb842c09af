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

const ASKS_FOR_TOOL = /\b(?:use the tool|call) [`"']?([\w.-]+)[`"']?:?[ \t]*(.*)/i

/** What the official CLI's tools need to do something harmless. */
const EXEC_COMMAND_ARGUMENTS = JSON.stringify({cmd: 'echo hi'})
const EXEC_INPUT = 'const r = await tools.exec_command({cmd: "echo hi"}); text(JSON.stringify(r));'

/** The call that the prompt asks for; `undefined` when it asks for none, or the tool is not offered. */
export function findToolCall(request: ResponsesRequest, prompt: string): ToolCall | undefined {
  const asked = ASKS_FOR_TOOL.exec(prompt)
  if (!asked) return undefined
  const [, name = '', rest = ''] = asked
  const found = offeredTools(request).find(({tool}) => tool.name === name)
  if (!found) return undefined
  const isCustom = found.tool.type === 'custom'
  return {
    kind: isCustom ? 'custom_tool_call' : 'function_call',
    name,
    namespace: found.namespace,
    input: isCustom ? toCustomInput(name, rest) : toArguments(found.tool, rest),
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
