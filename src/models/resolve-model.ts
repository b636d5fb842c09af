/**
 * From the id a caller sends to the model and effort the backend is asked for.
 *
 * @module
 */
import {createStaticCatalogue} from './model-catalogue.ts'
import type {ModelCatalogue, ModelInfo} from './model-info.ts'
import {
  MAX_ID_CHARACTERS,
  readWishes,
  toModelKey,
  withoutProviders,
  type ModelWishes,
} from './model-spelling.ts'
import {clampEffort, readEffort, type ReasoningEffort} from './reasoning-effort.ts'

/** What the backend is asked for. */
export interface ResolvedModel {
  readonly model: string
  /** As it goes on the wire. Absent for a model we do not know and a caller who did not say. */
  readonly effort?: ReasoningEffort
  /** What the caller asked for, when the model does not have it. */
  readonly clampedFrom?: string
  /** The service tier that the id names, as it goes on the wire. */
  readonly tier?: string
}

/**
 * Understands any form of a model id: with providers before it (`openai-codex:gpt-5.2`,
 * `openai/gpt-5.2`), in any case, with an effort or a tier after it (`gpt-5.2-high`, `gpt-5.2(high)`,
 * `gpt-5.2:fast`), or one we never heard of, which is passed on. An id of the catalogue is taken as it
 * is.
 *
 * @param requestedEffort `reasoning.effort` of the request. It wins over the id. Hosts also say `off`.
 * @param catalogue Default: the models we know without asking.
 */
export function resolveModel(
  id: string,
  requestedEffort?: unknown,
  catalogue: ModelCatalogue = createStaticCatalogue(),
): ResolvedModel {
  const bareId = id.trim()
  const found = findModel(bareId, catalogue)
  if (!found) return passOn(bareId, requestedEffort)
  const {model, effort: suffix, tier} = found
  const requested = readEffort(requestedEffort, model.efforts)
  const wanted = requested ?? suffix ?? model.defaultEffort
  const rest = {model: model.id, ...(tier !== undefined && {tier})}
  if (wanted === undefined) return rest
  const effort = clampEffort(wanted, model.efforts)
  return {
    ...rest,
    effort: toWireEffort(effort),
    ...(effort !== wanted && {clampedFrom: wanted}),
  }
}

/** Whether the id itself says how much the model is to think, as `gpt-5.2-codex-high` does. */
export function namesEffort(
  id: string,
  catalogue: ModelCatalogue = createStaticCatalogue(),
): boolean {
  const found = findModel(id.trim(), catalogue)
  return (found ? found.effort : splitUnknown(id.trim()).effort) !== undefined
}

interface FoundModel extends ModelWishes {
  readonly model: ModelInfo
}

/** The longest part of the id that is understood counts, from any `:` or `/` to the end. */
function findModel(id: string, catalogue: ModelCatalogue): FoundModel | undefined {
  const exact = catalogue.find(id)
  if (exact || id.length > MAX_ID_CHARACTERS) return exact && {model: exact}
  for (const part of toParts(id)) {
    const same = catalogue.find(part)
    const found = same ? {model: same} : readSpelling(part, catalogue)
    if (found) return found
  }
  return undefined
}

function toParts(id: string): readonly string[] {
  const starts = [...id.matchAll(/[:/|]/g)].map(({index}) => index + 1)
  return [0, ...starts].map((start) => id.slice(start).trim())
}

/**
 * An id that is a model is never taken apart, so `gpt-5.1-codex-max` is not `gpt-5.1-codex` at effort
 * `max`: the model that is most of the id comes first.
 */
function readSpelling(spelling: string, catalogue: ModelCatalogue): FoundModel | undefined {
  const key = toModelKey(spelling)
  return readKey(key, catalogue) ?? readKey(withoutProviders(key), catalogue)
}

function readKey(key: string, catalogue: ModelCatalogue): FoundModel | undefined {
  for (let end = key.length; end > 0; end = key.lastIndexOf('-', end - 1)) {
    const model = catalogue.findByKey(key.slice(0, end))
    const wishes = model && readWishes(key.slice(end + 1), model)
    if (wishes) return {model, ...wishes}
  }
  return undefined
}

/** Of a model that nobody knows only what is beside its name can be told apart. */
function passOn(id: string, requestedEffort: unknown): ResolvedModel {
  const {name, effort: suffix, tier} = splitUnknown(id)
  const requested = readEffort(requestedEffort) ?? suffix
  return {
    model: /^gpt-?\d/i.test(name) ? name.toLowerCase() : name,
    ...(requested !== undefined && {effort: toWireEffort(requested)}),
    ...(tier !== undefined && {tier}),
  }
}

function splitUnknown(id: string): ModelWishes & {readonly name: string} {
  if (id.length > MAX_ID_CHARACTERS) return {name: id}
  const sign = Math.max(...[':', '@', '('].map((one) => id.lastIndexOf(one)))
  const tail = toModelKey(id.slice(sign + 1))
  const wishes = sign > 0 && tail !== '' ? readWishes(tail, {}) : undefined
  const whole = wishes ? id.slice(0, sign).trim() : id
  const name = whole.slice(whole.lastIndexOf(':') + 1).trim()
  const slash = name.lastIndexOf('/')
  const isProvider = withoutProviders(`${toModelKey(name.slice(0, Math.max(0, slash)))}-`) === ''
  return {...wishes, name: slash > 0 && isProvider ? name.slice(slash + 1) : name}
}

/** `ultra` is a word of the clients; the backend answers it with a 400 and takes `max`. */
function toWireEffort(effort: ReasoningEffort): ReasoningEffort {
  return effort === 'ultra' ? 'max' : effort
}
