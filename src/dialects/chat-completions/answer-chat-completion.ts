/**
 * Answers a request of the Chat Completions API.
 *
 * @module
 */
import {toEventStream} from '../../responses/answer-request.ts'
import {askBackend} from '../../responses/ask-backend.ts'
import type {Backend} from '../../responses/backend.ts'
import type {CallerRequest} from '../../responses/read-caller-request.ts'
import {toChatCompletion} from './to-chat-completion.ts'
import {toChatStream} from './to-chat-stream.ts'
import {toResponsesRequest} from './to-responses-request.ts'

/**
 * Asks for a response, and hands it on as the caller wants it: as events, or as one object.
 *
 * @throws {RequestInvalidError} The request is not one of this API.
 * @throws {CodexError} There will be no answer.
 * @throws The signal's reason, when it is aborted.
 */
export async function answerChatCompletion(
  {signal, readBody}: Pick<CallerRequest, 'readBody' | 'signal'>,
  backend: Backend,
): Promise<Response> {
  const {log, now} = backend
  const {request, changes, model, includeUsage} = toResponsesRequest(await readBody())
  if (changes.length > 0) log.debug('Chat request was changed', {changes})
  const identity = {model, askedAtMs: now()}
  const {answer, response, trace} = await askBackend(
    {readBody: async () => ({store: false, ...request}), signal},
    backend,
  )
  if (response) return Response.json(toChatCompletion(response, identity), {headers: trace})
  const {describe} = backend
  return toEventStream(toChatStream(answer, {...identity, describe, includeUsage}), trace)
}
