/**
 * Answers a request of the Chat Completions API.
 *
 * @module
 */
import type {FetchFunction} from '../../http/fetch.ts'
import {toJsonObject} from '../../http/json-object.ts'
import type {Backend} from '../../responses/backend.ts'
import type {CallerRequest} from '../../responses/read-caller-request.ts'
import {toChatCompletion} from './to-chat-completion.ts'
import {toChatStream} from './to-chat-stream.ts'
import {toResponsesRequest} from './to-responses-request.ts'

/** What {@link answerChatCompletion} needs from outside. */
export interface ChatOptions extends Pick<Backend, 'log' | 'now'> {
  /** Answers requests of the Responses API. */
  readonly codexFetch: FetchFunction
}

/**
 * Asks for a response, and hands it on as the caller wants it: as events, or as one object. An error
 * answer has the same form in both APIs and stays as it is.
 *
 * @throws {RequestInvalidError} The request is not one of this API.
 */
export async function answerChatCompletion(
  {signal, readBody}: Pick<CallerRequest, 'readBody' | 'signal'>,
  {codexFetch, log, now}: ChatOptions,
): Promise<Response> {
  const {request, changes, model, stream, includeUsage} = toResponsesRequest(await readBody())
  if (changes.length > 0) log.debug('Chat request was changed', {changes})
  const response = await codexFetch('http://localhost/responses', {
    method: 'POST',
    body: JSON.stringify(request),
    ...(signal && {signal}),
  })
  if (!response.ok || !response.body) return response
  const identity = {model, askedAtMs: now()}
  if (!stream) {
    return Response.json(toChatCompletion(toJsonObject(await response.json()), identity))
  }
  return new Response(toChatStream(response.body, {...identity, includeUsage}), {
    headers: response.headers,
  })
}
