/**
 * From the id a caller sends to the model and effort the backend is asked for.
 *
 * @module
 */
import {createStaticCatalogue} from './model-catalogue.ts'
import type {ModelCatalogue, ModelInfo} from './model-info.ts'
import {clampEffort, isReasoningEffort, type ReasoningEffort} from './reasoning-effort.ts'

/** What the backend is asked for. */
export interface ResolvedModel {
  readonly model: string
  /** As it goes on the wire. Absent for a model we do not know and a caller who did not say. */
  readonly effort?: ReasoningEffort
  /** What the caller asked for, when the model does not have it. */
  readonly clampedFrom?: string
}

/**
 * Understands any form of a model id: fully qualified (`openai-codex:gpt-5.2`), with an effort at its
 * end, with the default effort spelled out, or one we never heard of, which is passed on.
 *
 * @param requestedEffort `reasoning.effort` of the request. It wins over the id. Hosts also say `off`.
 * @param catalogue Default: the models we know without asking.
 */
export function resolveModel(
  id: string,
  requestedEffort?: unknown,
  catalogue: ModelCatalogue = createStaticCatalogue(),
): ResolvedModel {
  const bareId = id.slice(id.lastIndexOf(':') + 1).trim()
  const found = findModel(bareId, catalogue)
  const requested = requestedEffort === 'off' ? 'none' : requestedEffort
  if (!found) {
    return {model: bareId, ...(isReasoningEffort(requested) && {effort: toWireEffort(requested)})}
  }
  const {model, suffix} = found
  const wanted = isReasoningEffort(requested) ? requested : (suffix ?? model.defaultEffort)
  if (wanted === undefined) return {model: model.id}
  const effort = clampEffort(wanted, model.efforts)
  return {
    model: model.id,
    effort: toWireEffort(effort),
    ...(effort !== wanted && {clampedFrom: wanted}),
  }
}

/**
 * An id that is a model is never taken apart, so `gpt-5.1-codex-max` is not `gpt-5.1-codex` at effort
 * `max`. Efforts are one word, so the longest model that begins an id is the id without its last word.
 */
function findModel(
  id: string,
  catalogue: ModelCatalogue,
): {readonly model: ModelInfo; readonly suffix?: ReasoningEffort} | undefined {
  const exact = catalogue.find(id)
  if (exact) return {model: exact}
  const hyphen = id.lastIndexOf('-')
  const suffix = id.slice(hyphen + 1)
  const model = catalogue.find(id.slice(0, Math.max(0, hyphen)))
  return model && isReasoningEffort(suffix) ? {model, suffix} : undefined
}

/** `ultra` is a word of the clients; the backend answers it with a 400 and takes `max`. */
function toWireEffort(effort: ReasoningEffort): ReasoningEffort {
  return effort === 'ultra' ? 'max' : effort
}
