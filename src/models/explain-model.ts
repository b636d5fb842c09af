/**
 * Why a model cannot be used, and which one can.
 *
 * @module
 */
import type {ModelCatalogue, ModelInfo} from './model-info.ts'

/** How the backend refuses a model. One kind may have several reasons. */
export type ModelRefusal =
  /** It does not know the model, or hides it from a client of this version. */
  | 'not_found'
  /** Not for this ChatGPT account: the plan lacks it, or it was retired. */
  | 'not_supported'
  /** The model asks for a newer client. */
  | 'client_too_old'

const THIS_VERSION = 'this version of OpenAI Codex Auth'

/** When a model was taken from all ChatGPT accounts, as a sentence says it. */
const RETIREMENTS: ReadonlyMap<string, string> = new Map([
  ['gpt-5', 'before April 2026'],
  ['gpt-5-codex', 'before April 2026'],
  ['gpt-5-codex-mini', 'before April 2026'],
  ['gpt-5.1', 'in April 2026'],
  ['gpt-5.1-codex', 'in April 2026'],
  ['gpt-5.1-codex-max', 'in April 2026'],
  ['gpt-5.1-codex-mini', 'in April 2026'],
  ['gpt-5.2-codex', 'in April 2026'],
  ['gpt-5.2', 'on 2 June 2026'],
  ['gpt-5.3-codex', 'on 2 June 2026'],
  ['gpt-5.4', 'on 31 August 2026'],
  ['gpt-5.4-mini', 'on 31 August 2026'],
  ['gpt-5.5', 'on 14 October 2026'],
])

/**
 * The kind of a refusal. These refusals have no code, so their words have to do.
 *
 * @param message What the backend said.
 * @returns `undefined` when it is not about the model.
 */
export function toModelRefusal(message: string): ModelRefusal | undefined {
  if (/^Model not found\b/i.test(message)) return 'not_found'
  if (/model is not supported when using Codex with a ChatGPT account/i.test(message)) {
    return 'not_supported'
  }
  return /model requires a newer version of Codex/i.test(message) ? 'client_too_old' : undefined
}

/**
 * What to tell a user whose model may have been refused.
 *
 * @param id The model as the backend knows it, see `resolveModel`.
 * @param message What the backend said.
 * @returns `undefined` when that is not about the model.
 */
export function explainRefusedModel(
  id: string,
  catalogue: ModelCatalogue,
  message: string | undefined,
): string | undefined {
  const refusal = toModelRefusal(message ?? '')
  return refusal && explainUnavailable(id, catalogue, refusal)
}

/**
 * What to tell a user whose model was refused: the reason, and the nearest model that works.
 *
 * @param id The model as the backend knows it, see `resolveModel`.
 */
export function explainUnavailable(
  id: string,
  catalogue: ModelCatalogue,
  refusal: ModelRefusal,
): string {
  const retired = RETIREMENTS.get(id)
  const advice = toAdvice(findNearest(id, catalogue), catalogue)
  if (id.startsWith('gpt-image')) {
    return `The model ${id} draws images and answers no questions. Have it draw an image, or ${advice}.`
  }
  if (refusal === 'client_too_old') {
    return `The model ${id} is too new for ${THIS_VERSION}. Update it, or ${advice}.`
  }
  if (retired !== undefined) {
    return `OpenAI retired the model ${id} for ChatGPT accounts ${retired}. ${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`
  }
  if (refusal === 'not_supported') {
    return `The ChatGPT plan of this account does not include the model ${id}. Change the plan, or ${advice}.`
  }
  return catalogue.find(id)
    ? `ChatGPT does not offer the model ${id} to ${THIS_VERSION}. Update it, or ${advice}.`
    : `ChatGPT knows no model ${id}, or it is too new for ${THIS_VERSION}. Check the name, update it, or ${advice}.`
}

function toAdvice(model: ModelInfo | undefined, {live}: ModelCatalogue): string {
  if (!live) return 'reload the list of models to see which ones this account has'
  return model ? `choose ${model.id}` : 'choose another model'
}

/** The one OpenAI recommends, else the newest of the same family, else OpenAI's default. */
function findNearest(id: string, catalogue: ModelCatalogue): ModelInfo | undefined {
  const others = catalogue.list().filter((model) => model.id !== id)
  const successor = catalogue.find(id)?.successor
  const family = toFamily(id)
  return (
    others.find((model) => model.id === successor) ??
    others.find((model) => family !== '' && toFamily(model.id) === family) ??
    others[0]
  )
}

/** What is left of an id without its version: `codex-max` of `gpt-5.1-codex-max`. */
function toFamily(id: string): string {
  return id.replace(/^gpt-[\d.]+-?/, '')
}
