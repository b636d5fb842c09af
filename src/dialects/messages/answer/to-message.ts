/**
 * A whole response as one object of the Messages API.
 *
 * @module
 */
import {
  parseJson,
  toJsonObject,
  toList,
  toText,
  type JsonObject,
} from '../../../base/json-object.ts'
import {MessageWriter, type MessageWriterOptions} from './message-writer.ts'

/** Converts a response that is over: by the events that would have told it. */
export function toMessage(response: JsonObject, options: MessageWriterOptions): JsonObject {
  const built: {message: JsonObject; blocks: JsonObject[]} = {message: {}, blocks: []}
  const writer = new MessageWriter((event) => build(event, built), options)
  writer.take({type: 'response.created', response})
  for (const [index, item] of toList(response['output']).entries()) {
    writer.take({type: 'response.output_item.done', output_index: index, item})
  }
  writer.take({type: 'response.completed', response})
  return {...built.message, content: built.blocks.map(withoutJson)}
}

function build(event: JsonObject, built: {message: JsonObject; blocks: JsonObject[]}): void {
  switch (event['type']) {
    case 'message_start':
      built.message = toJsonObject(event['message'])
      break
    case 'content_block_start':
      built.blocks.push(toJsonObject(event['content_block']))
      break
    case 'content_block_delta':
      built.blocks.push(add(built.blocks.pop() ?? {}, toJsonObject(event['delta'])))
      break
    case 'message_delta':
      built.message = {
        ...built.message,
        ...toJsonObject(event['delta']),
        usage: event['usage'],
      }
      break
    default:
  }
}

/** The fields that the deltas of a block add to. */
const TEXTS = ['text', 'thinking', 'signature', 'partial_json'] as const

function add(block: JsonObject, delta: JsonObject): JsonObject {
  const fields = TEXTS.filter((field) => typeof delta[field] === 'string')
  const grown = fields.map((field) => [
    field,
    `${toText(block[field]) ?? ''}${String(delta[field])}`,
  ])
  return {...block, ...Object.fromEntries(grown)}
}

function withoutJson({partial_json: json, ...block}: JsonObject): JsonObject {
  return json === undefined ? block : {...block, input: toJsonObject(parseJson(json))}
}
