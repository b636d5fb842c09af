/**
 * From the id a caller sends to the model and effort the backend is asked for.
 *
 * @module
 */
import {MODELS} from './model-variant.ts'
import {clampEffort, isReasoningEffort, type ReasoningEffort} from './reasoning-effort.ts'

const LOW_TO_XHIGH: readonly ReasoningEffort[] = ['low', 'medium', 'high', 'xhigh']
const LOW_TO_MAX: readonly ReasoningEffort[] = [...LOW_TO_XHIGH, 'max']
const LOW_TO_ULTRA: readonly ReasoningEffort[] = [...LOW_TO_MAX, 'ultra']

/**
 * Efforts by model id: the six models of the table, and the others that the backend has or had, so
 * that `gpt-5.6-sol-max` is known to be `gpt-5.6-sol` before any live catalogue was read.
 */
const EFFORTS_BY_MODEL: ReadonlyMap<string, readonly ReasoningEffort[]> = new Map([
  ...MODELS.map(({id, efforts}) => [id, efforts] as const),
  ['gpt-6.1-sol', LOW_TO_ULTRA],
  ['gpt-6.1-terra', LOW_TO_ULTRA],
  ['gpt-6-astra', LOW_TO_ULTRA],
  ['gpt-6-sol', LOW_TO_ULTRA],
  ['gpt-6-luna', LOW_TO_MAX],
  ['gpt-5.6-sol', LOW_TO_ULTRA],
  ['gpt-5.6-terra', LOW_TO_ULTRA],
  ['gpt-5.6-luna', LOW_TO_MAX],
  ['gpt-5.5', LOW_TO_XHIGH],
  ['gpt-5.4', LOW_TO_XHIGH],
  ['gpt-5.4-mini', LOW_TO_XHIGH],
  ['gpt-5.3', ['none', ...LOW_TO_XHIGH]],
  ['gpt-5.3-codex', LOW_TO_XHIGH],
  ['gpt-5.3-codex-spark', LOW_TO_XHIGH],
  ['gpt-5', ['minimal', 'low', 'medium', 'high']],
  ['gpt-5-codex', ['low', 'medium', 'high']],
  ['gpt-5-codex-mini', ['medium', 'high']],
])

/** Longest first, so that `gpt-5.1-codex-max` is never read as `gpt-5.1-codex` at effort `max`. */
const MODEL_IDS = [...EFFORTS_BY_MODEL.keys()].toSorted((one, other) => other.length - one.length)

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
 */
export function resolveModel(id: string, requestedEffort?: unknown): ResolvedModel {
  const bareId = id.slice(id.lastIndexOf(':') + 1).trim()
  const model = MODEL_IDS.find((known) => bareId === known || isVariantOf(bareId, known))
  const requested = requestedEffort === 'off' ? 'none' : requestedEffort
  if (model === undefined) {
    return {model: bareId, ...(isReasoningEffort(requested) && {effort: toWireEffort(requested)})}
  }
  const supported = EFFORTS_BY_MODEL.get(model) ?? []
  const suffix = bareId.slice(model.length + 1)
  const wanted = [requested, suffix].find(isReasoningEffort) ?? defaultEffort(model)
  if (wanted === undefined) return {model}
  const effort = clampEffort(wanted, supported)
  return {
    model,
    effort: toWireEffort(effort),
    ...(effort !== wanted && {clampedFrom: wanted}),
  }
}

function isVariantOf(id: string, model: string): boolean {
  return id.startsWith(`${model}-`) && isReasoningEffort(id.slice(model.length + 1))
}

function defaultEffort(model: string): ReasoningEffort | undefined {
  return MODELS.find(({id}) => id === model)?.efforts[0]
}

/** `ultra` is a word of the clients; the backend answers it with a 400 and takes `max`. */
function toWireEffort(effort: ReasoningEffort): ReasoningEffort {
  return effort === 'ultra' ? 'max' : effort
}
