/**
 * The models that are known right now: ours, and those the backend says the account has.
 *
 * @module
 */
import {KNOWN_MODELS, TABLE_MODELS} from './known-models.ts'
import type {ModelCatalogue, ModelInfo} from './model-info.ts'
import {toModelKey} from './model-spelling.ts'
import {MODELS} from './model-variant.ts'

/** The catalogue as long as the backend has not been asked: our own table. */
export function createStaticCatalogue(): ModelCatalogue {
  return {
    live: false,
    find: (id) => KNOWN_MODELS.get(id),
    findByKey: toFinder(KNOWN_MODELS),
    list: () => TABLE_MODELS,
  }
}

/**
 * The catalogue of an account. What it does not have is still found, as we know it: ids live for ever.
 *
 * @param models What the backend said, in the order a selector shows them.
 */
export function createLiveCatalogue(models: readonly ModelInfo[]): ModelCatalogue {
  const live = models.map(withOurKnowledge)
  const all = new Map([...KNOWN_MODELS, ...live.map((model) => [model.id, model] as const)])
  const listed = live.filter((model) => model.listed)
  return {live: true, find: (id) => all.get(id), findByKey: toFinder(all), list: () => listed}
}

/** Made when it is first needed: most ids are found as they are. */
function toFinder(models: ReadonlyMap<string, ModelInfo>): ModelCatalogue['findByKey'] {
  let byKey: ReadonlyMap<string, ModelInfo> | undefined
  return (key) => {
    byKey ??= new Map([...models.values()].map((model) => [toModelKey(model.id), model]))
    return byKey.get(key)
  }
}

/**
 * Keeps what an id of the table always meant: `gpt-5.2` thinks as little as before, as long as the
 * model still can. Where the backend is silent about efforts, the last known ones hold.
 */
function withOurKnowledge(model: ModelInfo): ModelInfo {
  const known = KNOWN_MODELS.get(model.id)
  if (!known) return model
  const efforts = model.efforts.length > 0 ? model.efforts : known.efforts
  const inTable = MODELS.some(({id}) => id === model.id)
  const ours = inTable || model.defaultEffort === undefined ? known.defaultEffort : undefined
  return {...model, efforts, ...(ours && efforts.includes(ours) && {defaultEffort: ours})}
}
