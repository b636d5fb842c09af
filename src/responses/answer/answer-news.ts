/**
 * What an answer says beside its words, told to whom it concerns, each event once.
 *
 * @module
 */
import {USAGE_EVENT} from '../../accounts/usage/reading/parse-usage-event.ts'
import {CodexError} from '../../errors.ts'
import {toJsonObject, toList, type JsonObject} from '../../base/json-object.ts'
import type {ResponsesEvent} from './events/responses-event.ts'

/** Says something about the way of the answer, for example what to send with the next request. */
const METADATA_EVENT = 'response.metadata'

/** An item of the output is finished. */
const ITEM_EVENT = 'response.output_item.done'

/** The events that are told of. */
export const NEWS_EVENTS = [ITEM_EVENT, METADATA_EVENT, USAGE_EVENT]

/** Those who are told. */
export interface NewsListeners {
  /** Told of each finished item of the output, and how long it was as JSON. */
  readonly onItem: (event: JsonObject, characters: number) => void
  /** Told of each event about the account's limits. */
  readonly onLimits?: (event: JsonObject) => void
  /** Told of each `response.metadata`. */
  readonly onMetadata?: (event: JsonObject) => void
}

/** Tells the listeners of the events of one answer. */
export class AnswerNews {
  readonly #listeners: NewsListeners
  /** How many items were told of in their turn. */
  itemCount = 0
  /** Ids of the items that were told of. */
  readonly #items = new Set<unknown>()

  constructor(listeners: NewsListeners) {
    this.#listeners = listeners
  }

  /**
   * Tells of an event, if it is one of those that are told.
   *
   * @throws {EventInvalidError} An item is not JSON.
   */
  tell(event: ResponsesEvent): void {
    const {onItem, onLimits, onMetadata} = this.#listeners
    if (event.type === ITEM_EVENT) {
      const json = event.read()
      this.itemCount += 1
      this.#items.add(toJsonObject(json['item'])['id'])
      onItem(json, event.characters)
    } else if (event.type === METADATA_EVENT) tellAside(event, onMetadata)
    else if (event.type === USAGE_EVENT) tellAside(event, onLimits)
  }

  /** Tells of the items that stand only in the response that ends the answer. */
  tellRest({output}: JsonObject, {characters}: Pick<ResponsesEvent, 'characters'>): void {
    const items = toList(output).map(toJsonObject)
    for (const [index, item] of items.entries()) {
      if (this.#items.has(item['id'])) continue
      const share = Math.ceil(characters / items.length)
      this.#listeners.onItem({type: ITEM_EVENT, output_index: index, item}, share)
    }
  }
}

/** The answer goes on, whatever is wrong with an event that is not part of it. */
function tellAside(event: ResponsesEvent, listener?: (event: JsonObject) => void): void {
  try {
    listener?.(event.read())
  } catch (error) {
    if (!(error instanceof CodexError)) throw error
  }
}
