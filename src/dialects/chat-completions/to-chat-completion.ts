/**
 * A whole response as one object of the Chat Completions API.
 *
 * @module
 */
import {toJsonObject, type JsonObject} from '../../base/json-object.ts'
import {
  BETWEEN_THOUGHTS,
  textsOf,
  toChatUsage,
  toFinishReason,
  toIdentity,
  toToolCall,
  type IdentityOptions,
} from './chat-answer.ts'

/** Converts a response that is over. */
export function toChatCompletion(response: JsonObject, options: IdentityOptions): JsonObject {
  const {id, ...rest} = toIdentity(response, options)
  const output = response['output']
  const items = Array.isArray(output) ? output.map(toJsonObject) : []
  const toolCalls = items.map(toToolCall).filter((call) => call !== undefined)
  const usage = toChatUsage(response)
  return {
    id,
    object: 'chat.completion',
    ...rest,
    choices: [
      {
        index: 0,
        message: toMessage(items, toolCalls),
        logprobs: null,
        finish_reason: toFinishReason(response, toolCalls.length > 0),
      },
    ],
    ...(usage && {usage}),
  }
}

function toMessage(items: readonly JsonObject[], toolCalls: readonly object[]): JsonObject {
  const ofType = (type: string) => items.filter((item) => item['type'] === type)
  const messages = ofType('message').map(({content}) => content)
  const text = messages.flatMap((content) => textsOf(content, 'output_text')).join('')
  const refusal = messages.flatMap((content) => textsOf(content, 'refusal')).join('')
  const thoughts = ofType('reasoning').flatMap(({summary}) => textsOf(summary, 'summary_text'))
  return {
    role: 'assistant',
    content: text === '' && (toolCalls.length > 0 || refusal !== '') ? null : text,
    refusal: refusal === '' ? null : refusal,
    ...(thoughts.length > 0 && {reasoning_content: thoughts.join(BETWEEN_THOUGHTS)}),
    ...(toolCalls.length > 0 && {tool_calls: toolCalls}),
  }
}
