/**
 * The model selector's entries.
 *
 * @module
 */
import {TABLE_MODELS} from '../../../models/known-models.ts'
import type {ModelCatalogue, ModelInfo} from '../../../models/model-info.ts'
import {listModelVariants} from '../../../models/model-variant.ts'
import type {ModelChoice} from '../../../settings/codex-settings.ts'
import type {AlmaModel} from '../alma-api.ts'

/**
 * The models as the host lists them. Those of the table come as their variants, under the ids that
 * users have enabled; any other comes once, with its levels.
 *
 * @param choice Counts once the account's models are known; until then there are only the 22 variants.
 */
export function toAlmaModels(catalogue: ModelCatalogue, choice: ModelChoice): AlmaModel[] {
  const listed = catalogue.list()
  const others = TABLE_MODELS.filter((model) => !listed.some(({id}) => id === model.id))
  const models = [...listed, ...(choice === 'all' ? others : [])].flatMap(toEntries)
  // Users of the plugin before this one have enabled them.
  const hasImages = choice === 'all' || (catalogue.live && models.length > 0)
  return hasImages ? [...models, ...IMAGE_MODELS] : models
}

/** Models that draw. The backend has them beside its catalogue, and the host asks them for images. */
const IMAGE_MODELS: readonly AlmaModel[] = [
  ['gpt-image-2', 'GPT Image 2'],
  ['gpt-image-1.5', 'GPT Image 1.5'],
].map(([id = '', name = '']) => ({
  id,
  name,
  contextWindow: 32_000,
  capabilities: {
    streaming: false,
    reasoning: false,
    functionCalling: false,
    vision: true,
    imageOutput: true,
  },
}))

function toEntries(model: ModelInfo): AlmaModel[] {
  const variants = listModelVariants().filter((variant) => variant.model.id === model.id)
  if (variants.length === 0) return [toEntry(model, model)]
  return variants.map(({id, name, effort, model: {description}}, index) =>
    toEntry(model, {id, name, defaultEffort: effort, ...(index === 0 && {description})}),
  )
}

/** `shown` is what the entry itself says: of a variant, less than of its model. */
function toEntry(
  {id: baseModel, efforts, contextWindow, maxOutputTokens, vision}: ModelInfo,
  shown: Pick<ModelInfo, 'defaultEffort' | 'description' | 'id' | 'name'>,
): AlmaModel {
  const {id, name, description, defaultEffort} = shown
  return {
    id,
    name,
    ...(description !== undefined && {description}),
    contextWindow,
    ...(maxOutputTokens !== undefined && {maxOutputTokens}),
    capabilities: {
      streaming: true,
      // Also where the default is none: without it the host hides the effort selector.
      reasoning: true,
      // Without a list the host offers its own.
      ...(efforts.length > 0 && {reasoningLevels: efforts.filter(isLevel)}),
      functionCalling: true,
      vision,
    },
    providerOptions: {baseModel, ...(defaultEffort && {reasoning: defaultEffort})},
  }
}

/** The host calls `none` off and offers it always; it does not have `minimal`. */
function isLevel(effort: string): boolean {
  return effort !== 'none' && effort !== 'minimal'
}
