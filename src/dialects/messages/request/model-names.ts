/**
 * Names of models in the Messages API: those of Codex, and those that only clients of that API know.
 *
 * @module
 */
import type {ModelCatalogue, ModelInfo} from '../../../models/model-info.ts'

/** In front of our models' ids, for clients that show no others. */
export const ALIAS_PREFIX = 'claude-'

/** Words for the smallest model, in the names of either vendor. */
const SMALL_MODEL = /\b(?:mini|nano|spark|luna)\b/i

/** A model of that API's own vendor, with its tier. */
const TIER =
  /^(?:anthropic[./])?claude-.*?\b(haiku|sonnet|opus|fable|mythos)\b|^(haiku|sonnet|opus|opusplan|fable|default)$/

/** How much the model is to be able to do. */
export type Tier = 'large' | 'small'

/**
 * The model that is meant. Those of the other vendor do not exist here: a small one becomes a small one of Codex, and
 * any other becomes OpenAI's default.
 */
export function toCodexModel(id: string, catalogue: ModelCatalogue): string {
  const plain = id.trim().replace(/\[\w+\]$/, '')
  const found = TIER.exec(plain.toLowerCase())
  if (found) return chooseModel(found.includes('haiku') ? 'small' : 'large', catalogue)?.id ?? plain
  return plain.startsWith(ALIAS_PREFIX) ? plain.slice(ALIAS_PREFIX.length) : plain
}

/** The model of a tier; `undefined` when there is none at all. */
export function chooseModel(tier: Tier, catalogue: ModelCatalogue): ModelInfo | undefined {
  const models = catalogue.list()
  const [first] = models
  if (tier === 'large') return first
  return findSmallModel(models) ?? first
}

/** The first of the small ones, by id or name; `undefined` when there is none. */
export function findSmallModel<Model extends {readonly id: string; readonly name?: string}>(
  models: readonly Model[],
): Model | undefined {
  return models.find(({id, name = ''}) => SMALL_MODEL.test(`${id} ${name}`))
}
