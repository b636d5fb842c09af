/**
 * The models in the form of OpenAI's API.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/api-reference/models/list}
 */
import type {JsonObject} from '../base/json-object.ts'

/** A model that can be asked for. */
export interface ListedModel {
  readonly id: string
  /** As a list shows it. Default: its id. */
  readonly name?: string
  /** Tokens of input that it takes. Default: nobody knows. */
  readonly contextWindow?: number
}

/** Lists the models. When one was made is not known, and clients want a number. */
export function toModelList(models: readonly ListedModel[]): JsonObject {
  return {
    object: 'list',
    data: models.map(({id}) => ({id, object: 'model', created: 0, owned_by: 'openai'})),
  }
}
