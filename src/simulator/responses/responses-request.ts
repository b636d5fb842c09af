/**
 * The body of `POST /codex/responses`, as far as the stand-in reads it.
 *
 * @module
 */
import * as z from 'zod'

const contentPartSchema = z.looseObject({type: z.string(), text: z.string().optional()})

const toolSchema = z.looseObject({
  type: z.string(),
  name: z.string().optional(),
  parameters: z.looseObject({}).nullish(),
  /** Tools of a namespace. */
  get tools() {
    return z.array(toolSchema).optional()
  },
})

const inputItemSchema = z.looseObject({
  /** A message may leave it out. */
  type: z.string().optional(),
  id: z.string().nullish(),
  role: z.string().nullish(),
  content: z.union([z.string(), z.array(contentPartSchema)]).nullish(),
  call_id: z.string().nullish(),
  name: z.string().nullish(),
  /** A text or parts; what a screen or a shell showed is told otherwise. */
  output: z.union([z.string(), z.array(z.looseObject({})), z.looseObject({})]).nullish(),
  encrypted_content: z.string().nullish(),
  /** Those of an MCP server are of no type. */
  tools: z.array(toolSchema.extend({type: z.string().optional()})).nullish(),
})

/** The body of `POST /codex/responses`. */
export const responsesRequestSchema = z.looseObject({
  model: z.string(),
  instructions: z.string().nullish(),
  input: z.array(inputItemSchema),
  tools: z.array(toolSchema).nullish(),
  reasoning: z.looseObject({effort: z.string().nullish(), summary: z.string().nullish()}).nullish(),
  include: z.array(z.string()).nullish(),
  prompt_cache_key: z.string().nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  service_tier: z.string().nullish(),
  tool_choice: z.unknown().optional(),
  text: z
    .looseObject({format: z.looseObject({type: z.string()}).nullish(), verbosity: z.unknown()})
    .partial()
    .nullish(),
})

/** The body of `POST /codex/responses`. */
export type ResponsesRequest = z.infer<typeof responsesRequestSchema>
/** One item of the input. */
export type InputItem = z.infer<typeof inputItemSchema>
/** One tool that a request offers. */
export type OfferedTool = z.infer<typeof toolSchema>

/** The kind of an item; a message may leave it out. */
export function itemType(item: InputItem): string {
  return item.type ?? 'message'
}

/** The text of a message, or of a tool's output. */
export function textOf(content: InputItem['content'] | InputItem['output']): string {
  if (typeof content === 'string') return content
  const parts: readonly Readonly<Record<string, unknown>>[] = [content ?? []].flat()
  return parts
    .map(({text, type}) => (typeof text === 'string' ? text : `[${JSON.stringify(type)}]`))
    .join(' ')
}

/** The last thing that the user said. */
export function lastUserText(request: ResponsesRequest): string {
  const last = request.input.findLast(
    (item) => itemType(item) === 'message' && item.role === 'user',
  )
  return textOf(last?.content)
}
