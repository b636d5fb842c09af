import type {JsonObject} from '../../../src/base/json-object.ts'
import {createLiveCatalogue} from '../../../src/models/model-catalogue.ts'
import type {ModelCatalogue, ModelInfo} from '../../../src/models/model-info.ts'
import {createItemMemory} from '../../../src/responses/request/memory/item-memory.ts'
import {
  prepareRequest,
  type PrepareOptions,
} from '../../../src/responses/request/prepare-request.ts'
import type {RequestPreferences} from '../../../src/responses/request/request-preferences.ts'

export const PNG = 'iVBORw0KGgoAAAANSUhEUgAA'
export const input = [{role: 'user', content: [{type: 'input_text', text: 'Hi'}]}]

const MODEL: ModelInfo = {
  id: 'gpt-6.1-sol',
  name: 'GPT-6.1 Sol',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max', 'ultra'],
  defaultEffort: 'low',
  contextWindow: 258_400,
  vision: true,
  verbosity: true,
  fast: true,
  lite: false,
  listed: true,
}

/** The models of an account that has only one. */
export function createCatalogue(model: Partial<ModelInfo>): ModelCatalogue {
  return createLiveCatalogue([{...MODEL, ...model}])
}

/** Prepares a request, and reads what would be sent. */
export async function prepare(
  request: JsonObject,
  preferences: Partial<RequestPreferences> = {},
  options: Partial<PrepareOptions> = {},
) {
  const prepared = prepareRequest(request, {
    items: createItemMemory(),
    preferences: {reasoningSummary: 'auto', ...preferences},
    ...options,
  })
  return {...prepared, body: JSON.parse(prepared.body) as JsonObject}
}
