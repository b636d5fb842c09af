/**
 * The models in the form of the Messages API.
 *
 * @module
 * @see {@link https://docs.anthropic.com/en/api/models-list}
 */
import type {JsonObject} from '../../base/json-object.ts'
import type {ListedModel} from '../to-model-list.ts'
import {ALIAS_PREFIX} from './request/model-names.ts'

/** When a model was made is not known, and clients want a time. */
const UNKNOWN_TIME = '1970-01-01T00:00:00Z'

/** Lists the models by names that clients show which look for those of the other vendor. */
export function toMessagesModels(models: readonly ListedModel[]): JsonObject {
  const data = models.map(toMessagesModel)
  return {
    data,
    has_more: false,
    first_id: data[0]?.['id'] ?? null,
    last_id: data.at(-1)?.['id'] ?? null,
  }
}

/** One model of the list. */
export function toMessagesModel({contextWindow, id, name = id}: ListedModel): JsonObject {
  return {
    type: 'model',
    id: `${ALIAS_PREFIX}${id}`,
    display_name: name,
    created_at: UNKNOWN_TIME,
    ...(contextWindow !== undefined && {max_input_tokens: contextWindow}),
  }
}
