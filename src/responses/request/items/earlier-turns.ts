/**
 * What a request refers to that OpenAI's API would keep on its servers. This backend keeps nothing, so
 * it is looked up in what we remember.
 *
 * @module
 */
import {RequestInvalidError} from '../../../errors.ts'
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import type {Item, ItemMemory} from '../memory/item-memory.ts'
import type {ReportChange} from '../../request-change.ts'
import {toItemList} from './shape-input.ts'

/** A request with everything that was said before it. */
export interface Thread {
  /** Items as callers wrote them, and as the model answered. */
  readonly input: readonly unknown[]
  /**
   * Remembers the request with its answer, under the id of the response and that of the conversation.
   * Absent when the caller said that nothing is to be stored.
   */
  readonly remember?: (responseId: unknown, output: readonly Item[]) => void
}

/** What is asked. */
export interface ThreadOptions {
  readonly items: ItemMemory
  readonly report: ReportChange
}

/**
 * Puts what `previous_response_id` or `conversation` refers to in front of the input.
 *
 * @throws {RequestInvalidError} The response is not remembered, or `input` is no list.
 */
export function readThread(request: JsonObject, {items, report}: ThreadOptions): Thread {
  const {conversation, previous_response_id: previous, prompt, store} = request
  const conversationId = toText(isJsonObject(conversation) ? conversation['id'] : conversation)
  const key = conversationId === undefined ? undefined : `conversation ${conversationId}`
  const said = toItemList(request['input'])
  if (isJsonObject(prompt)) report('prompt', 'lost', 'Templates are not stored here')
  const earlier = [
    ...(key === undefined ? [] : recallConversation(key, {items, report})),
    ...(isNothing(previous) ? [] : recallResponse(previous, {items, report})),
  ]
  const input = earlier.length === 0 ? said : [...earlier, ...said]
  if (store === false && key === undefined && isNothing(previous)) return {input}
  return {
    input,
    remember(responseId, output) {
      const whole = [...input, ...output]
      for (const name of [toText(responseId), key]) {
        if (name !== undefined) items.rememberThread(name, whole)
      }
    },
  }
}

function recallResponse(previous: unknown, {items, report}: ThreadOptions): readonly unknown[] {
  const id = toText(previous)
  const earlier = id === undefined ? undefined : items.recallThread(id)
  if (earlier) {
    report('previous_response_id', 'replaced', 'What was said until then is sent in its place')
    return earlier
  }
  throw new RequestInvalidError(
    'The response that `previous_response_id` names is not remembered here any more, and ChatGPT stores none. Send the whole conversation as `input`.',
  )
}

/** A conversation begins with its first request: nobody can create one here. */
function recallConversation(key: string, {items, report}: ThreadOptions): readonly unknown[] {
  const earlier = items.recallThread(key)
  if (earlier) report('conversation', 'replaced', 'What was said in it is sent in its place')
  else report('conversation', 'lost', 'Nothing that was said in it is remembered')
  return earlier ?? []
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null
}

/** The caller's own name of the conversation, wherever it says it. */
export function findOwnKey(request: JsonObject): unknown {
  const {client_metadata: metadata, conversation, prompt_cache_key: key, promptCacheKey} = request
  const id = isJsonObject(conversation) ? conversation['id'] : conversation
  const own = [key, promptCacheKey, id, toJsonObject(metadata)['session_id']]
  return own.find((value) => toText(value) !== undefined)
}
