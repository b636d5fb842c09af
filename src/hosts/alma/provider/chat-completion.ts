/**
 * The provider call of the host's published types: messages in, plain text out. The host itself asks
 * through the AI SDK; this is for callers that do not.
 *
 * @module
 */
import {EventSourceParserStream} from 'eventsource-parser/stream'
import type {Message, ProviderDefinition} from 'alma-plugin-api'
import {EventInvalidError} from '../../../errors.ts'
import type {FetchFunction} from '../../../http/fetch.ts'
import {parseJson, toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import {createAnswerDraft} from '../../../responses/answer/answer-draft.ts'
import {textOfPart} from '../../../responses/answer/draft-item.ts'
import {isFailure} from '../../../responses/refusal/backend-error.ts'

type ChatRequest = Parameters<ProviderDefinition['createChatCompletion']>[0]

/**
 * Answers a chat request.
 *
 * @param url Where the Responses API is.
 * @returns The text as UTF-8 while it is written, or whole when `stream` is `false`.
 * @throws {Error} The request was not answered; the message says why and what to do.
 */
export async function createChatCompletion(
  request: ChatRequest,
  {fetch, url}: {readonly fetch: FetchFunction; readonly url: string},
): Promise<ReadableStream<Uint8Array> | {content: string}> {
  const {reasoningEffort} = toJsonObject(toJsonObject(request)['providerOptions'])
  const stream = request.stream !== false
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({
      model: request.model,
      input: request.messages.map(toItem),
      ...(toText(reasoningEffort) && {reasoning: {effort: reasoningEffort}}),
      stream,
    }),
  })
  if (!response.ok || !response.body) throw new EventInvalidError(await readMessage(response))
  if (stream) return toTextStream(response.body)
  return {content: toContent(toJsonObject(await response.json()))}
}

function toItem({role, content}: Pick<Message, 'content' | 'role'>): JsonObject {
  if (!Array.isArray(content)) return {role, content: toText(content) ?? ''}
  const textType = role === 'assistant' ? 'output_text' : 'input_text'
  const parts = content.map(toJsonObject)
  return {
    role,
    content: parts.flatMap(({type, text, image, url}): JsonObject[] => {
      if (type === 'text') return [{type: textType, text}]
      const imageUrl = toText(image) ?? toText(url)
      return imageUrl === undefined ? [] : [{type: 'input_image', image_url: imageUrl}]
    }),
  }
}

function toTextStream(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let draft = createAnswerDraft()
  return body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .pipeThrough(
      new TransformStream<{data: string; event?: string | undefined}, string>({
        start(controller) {
          draft = createAnswerDraft({
            onText(more, {kind}) {
              if (kind === 'output_text' || kind === 'refusal') controller.enqueue(more)
            },
          })
        },
        transform({data, event: name}, controller) {
          const event = {type: name, ...toJsonObject(parseJson(data))}
          if (isFailure(String(event.type))) {
            controller.error(new EventInvalidError(toFailureMessage(event)))
          } else {
            draft.take(event)
          }
        },
      }),
    )
    .pipeThrough(new TextEncoderStream())
}

function toContent({output}: JsonObject): string {
  const items = Array.isArray(output) ? output.map(toJsonObject) : []
  const parts = items.flatMap(({content}) => (Array.isArray(content) ? content : []))
  return parts.map((part) => textOfPart(toJsonObject(part))).join('')
}

async function readMessage(response: Response): Promise<string> {
  const {error} = toJsonObject(await response.json())
  return toText(toJsonObject(error)['message']) ?? 'There was no answer. Try again.'
}

function toFailureMessage(event: JsonObject): string {
  const error = toJsonObject(toJsonObject(event['response'])['error'] ?? event['error'] ?? event)
  return toText(error['message']) ?? 'The answer was cut off by an error. Ask again.'
}
