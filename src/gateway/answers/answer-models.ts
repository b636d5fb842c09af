/**
 * The models, in the shape in which whoever asks reads them.
 *
 * @module
 */
import {delayUnnoticed} from '../../base/delay.ts'
import type {ListedModel} from '../../dialects/to-model-list.ts'
import {toModelList} from '../../dialects/to-model-list.ts'
import {ALIAS_PREFIX} from '../../dialects/messages/request/model-names.ts'
import {toMessagesModel, toMessagesModels} from '../../dialects/messages/to-messages-models.ts'
import type {Exchange, RequestHead} from '../exchange/exchange.ts'
import type {AnswererOptions} from './answerer-options.ts'
import {isCodexClient, isMessagesClient} from './find-endpoint.ts'
import {forwardCall} from './forward-call.ts'
import {refuse} from './refuse.ts'

/** How long a list that is not up to date is waited for, in milliseconds. */
const LONGEST_WAIT_MS = 3000

/**
 * The official client gets the backend's own list, which has its instructions and its limits for each model;
 * everybody else gets that of OpenAI's API. The official client goes on with a list of its own where there is none.
 */
export async function answerModels(
  {client: {models}, head, signal}: Exchange,
  {engine, listModels}: Pick<AnswererOptions, 'engine' | 'listModels'>,
): Promise<Response> {
  const isOfCodex = head.query.includes('client_version=') || isCodexClient(head.headers)
  if (!isOfCodex) {
    // Whoever asks first should not get the list of a table. When the backend is slow, it does.
    await Promise.race([engine.liveModels.reloadIfStale(), delayUnnoticed(LONGEST_WAIT_MS)])
    const allowed = listModels().filter(({id}) => models?.includes(id) ?? true)
    return Response.json(isMessagesClient(head) ? toMessagesModels(allowed) : toModelList(allowed))
  }
  const call = {head, path: '/codex/models', body: Buffer.alloc(0), signal}
  const response = await forwardCall(call, engine)
  if (response.ok) return response
  await response.body?.cancel().catch(() => undefined)
  // After any other status it asks ten times, and shows nothing else.
  return refuse({
    status: 404,
    code: 'not_found',
    message: 'The list of models could not be read from ChatGPT.',
  })
}

/** One model of the list. */
export function answerModel(
  id: string,
  models: readonly ListedModel[],
  head: RequestHead,
): Response {
  const isOfMessages = isMessagesClient(head)
  const name = isOfMessages && id.startsWith(ALIAS_PREFIX) ? id.slice(ALIAS_PREFIX.length) : id
  const found = models.find((model) => model.id === name)
  if (found && isOfMessages) return Response.json(toMessagesModel(found))
  if (found) return Response.json({id, object: 'model', created: 0, owned_by: 'openai'})
  return refuse({
    status: 404,
    code: 'model_not_found',
    message: `There is no model ${id.slice(0, 80)}. Ask …/models for the list.`,
  })
}
