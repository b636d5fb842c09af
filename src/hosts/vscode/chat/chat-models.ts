/**
 * The models as the editor lists them.
 *
 * @module
 */
import {TABLE_MODELS} from '../../../models/known-models.ts'
import {type ModelCatalogue, type ModelInfo} from '../../../models/model-info.ts'
import {listModelVariants} from '../../../models/model-variant.ts'
import type {ChatModel, ModelChoice} from '../vscode-api.ts'

/** What the picker shows. */
export interface PickerOptions {
  /** The models that the account has, or also the six older ones. */
  readonly models: 'all' | 'live'
  /** Whether an effort is chosen in the menu of its model, or by an entry of its own. */
  readonly efforts: 'entries' | 'menu'
}

/**
 * Lists the models: those of the catalogue, and the 22 variants, whatever the account can use: an id
 * that was ever offered can be asked for. What `options` leave out is not shown in the picker.
 */
export function toChatModels(catalogue: ModelCatalogue, options: PickerOptions): ChatModel[] {
  const listed = catalogue.list()
  const others = TABLE_MODELS.filter((model) => !listed.some(({id}) => id === model.id))
  return [
    ...listed.flatMap((model) => toEntries(model, true, options)),
    ...others.flatMap((model) => toEntries(model, options.models === 'all', options)),
  ]
}

function toEntries(model: ModelInfo, isShown: boolean, {efforts}: PickerOptions): ChatModel[] {
  const variants = listModelVariants().filter((variant) => variant.model.id === model.id)
  if (variants.length === 0) return [toEntry(model, model, {isShown, hasMenu: true})]
  return variants.map(({id, name}) => {
    const isBase = id === model.id
    return toEntry(
      model,
      {id, name},
      {
        isShown: isShown && (isBase || efforts === 'entries'),
        hasMenu: isBase && efforts === 'menu',
      },
    )
  })
}

function toEntry(
  model: ModelInfo,
  {id, name}: Pick<ModelInfo, 'id' | 'name'>,
  {isShown, hasMenu}: {readonly isShown: boolean; readonly hasMenu: boolean},
): ChatModel {
  const {contextWindow, description, efforts, vision} = model
  return {
    id,
    name,
    family: model.id,
    version: id,
    detail: 'ChatGPT',
    tooltip: `With your ChatGPT subscription: ${description ?? name}`,
    maxInputTokens: contextWindow,
    // An answer is part of the window, and the editor's list of models shows the sum of both numbers.
    maxOutputTokens: 0,
    maxContextWindowTokens: contextWindow,
    capabilities: {imageInput: vision, toolCalling: true},
    isUserSelectable: isShown,
    ...(hasMenu &&
      efforts.length > 1 && {
        configurationSchema: {properties: {reasoningEffort: toChoice(model)}},
      }),
  }
}

function toChoice({efforts, defaultEffort}: ModelInfo): ModelChoice {
  return {
    type: 'string',
    title: 'Thinking Effort',
    description: 'How much the model thinks before it answers.',
    enum: efforts,
    enumItemLabels: efforts.map(toLabel),
    ...(defaultEffort && {default: defaultEffort}),
    group: 'navigation',
  }
}

function toLabel(effort: string): string {
  if (effort === 'xhigh') return 'Extra High'
  return effort.charAt(0).toUpperCase() + effort.slice(1)
}
