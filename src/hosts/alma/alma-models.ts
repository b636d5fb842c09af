/**
 * The model selector's entries.
 *
 * @module
 */
import {listModelVariants} from '../../models/model-variant.ts'
import {compareEfforts} from '../../models/reasoning-effort.ts'
import type {AlmaModel} from './alma-api.ts'

/** The 22 variants as the host lists them. */
export function toAlmaModels(): AlmaModel[] {
  return listModelVariants().map(({id, name, model, effort}, index, variants) => ({
    id,
    name,
    ...(variants[index - 1]?.model !== model && {description: model.description}),
    contextWindow: model.contextWindow,
    ...(model.maxOutputTokens !== undefined && {maxOutputTokens: model.maxOutputTokens}),
    capabilities: {
      streaming: true,
      // Also where the default is none: without it the host hides the effort selector.
      reasoning: true,
      reasoningLevels: model.efforts.filter((level) => level !== 'none').toSorted(compareEfforts),
      functionCalling: true,
      vision: true,
    },
    providerOptions: {baseModel: model.id, reasoning: effort},
  }))
}
