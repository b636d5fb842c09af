/**
 * Reading the backend's model list.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/protocol/src/openai_models.rs}
 */
import {
  isJsonObject,
  toJsonObject,
  toList,
  toNumber,
  toText,
  type JsonObject,
} from '../base/json-object.ts'
import {withoutUndefined} from '../base/without-undefined.ts'
import {DEFAULT_MAX_OUTPUT_TOKENS, MAX_CONTEXT_WINDOW, type ModelInfo} from './model-info.ts'
import {KNOWN_MODELS} from './known-models.ts'
import {isWord, sortEfforts} from './reasoning-effort.ts'

/** Tokens, where the backend does not say: what all models had for a year. */
const DEFAULT_CONTEXT_WINDOW = 272_000

/** The share of the window that is for the input, where the backend does not say. */
const DEFAULT_EFFECTIVE_PERCENT = 95

/** Windows of fewer tokens than this are a mistake of whoever wrote the list. */
const MIN_CONTEXT_WINDOW = 1000

/**
 * Reads the answer of `GET /codex/models`, or of `GET /models` for an app, which tells no more than names. An entry
 * without an id is left out, and of two with the same id the second.
 *
 * @returns The models in the order a selector shows them; `undefined` when there is none.
 */
export function parseModels(
  body: unknown,
  {isApp = false}: {readonly isApp?: boolean} = {},
): readonly ModelInfo[] | undefined {
  const entries = toList(toJsonObject(body)['models']).filter(isJsonObject)
  const ordered = entries.toSorted((one, other) => rankOf(one) - rankOf(other))
  const models = new Map<string, ModelInfo>()
  for (const entry of ordered) {
    const id = toText(entry['slug'])
    if (id !== undefined && !models.has(id))
      models.set(id, isApp ? toAppModel(id, entry) : toModel(id, entry))
  }
  return models.size === 0 ? undefined : [...models.values()]
}

/** A number that is large but finite, because two infinities have no difference. */
function rankOf({priority}: JsonObject): number {
  return toNumber(priority) ?? Number.MAX_SAFE_INTEGER
}

/** Everything but the id may be missing or of the wrong type: an entry is too good to lose for it. */
function toModel(id: string, entry: JsonObject): ModelInfo {
  const efforts = toEfforts(entry['supported_reasoning_levels'])
  const defaultEffort = efforts.find((effort) => effort === entry['default_reasoning_level'])
  const modalities = entry['input_modalities']
  return withoutUndefined({
    id,
    name: toText(entry['display_name']) ?? id,
    description: toText(entry['description']),
    efforts,
    defaultEffort,
    contextWindow: toContextWindow(entry),
    // The list does not tell it.
    maxOutputTokens: DEFAULT_MAX_OUTPUT_TOKENS,
    vision: !Array.isArray(modalities) || modalities.includes('image'),
    verbosity: entry['support_verbosity'] === true,
    defaultVerbosity: [entry['default_verbosity']].find(isWord),
    fast: isFast(entry),
    tiers: toTiers(entry),
    lite: entry['use_responses_lite'] === true,
    listed: entry['visibility'] !== 'hide' && entry['visibility'] !== 'none',
    successor: toText(toJsonObject(entry['upgrade'])['model']),
  })
}

/** What is known of the model anyway, by the name and at the place that the list gives it. */
function toAppModel(id: string, entry: JsonObject): ModelInfo {
  const {listed, name, ...told} = toModel(id, entry)
  return {...told, ...KNOWN_MODELS.get(id), name, listed}
}

/** The list knows more efforts than we do. */
function toEfforts(levels: unknown): ModelInfo['efforts'] {
  const efforts = toList(levels).map((level) => toJsonObject(level)['effort'])
  return sortEfforts([...new Set(efforts.filter(isWord))])
}

function toContextWindow(entry: JsonObject): number {
  const window = toNumber(entry['context_window']) ?? 0
  const isCredible = window >= MIN_CONTEXT_WINDOW && window <= MAX_CONTEXT_WINDOW
  const percent = toNumber(entry['effective_context_window_percent']) ?? 0
  const tokens = isCredible ? window : DEFAULT_CONTEXT_WINDOW
  const share = percent > 0 && percent <= 100 ? percent : DEFAULT_EFFECTIVE_PERCENT
  return Math.floor((tokens * Math.max(share, 1)) / 100)
}

function toTiers(entry: JsonObject): readonly string[] | undefined {
  const tiers = toList(entry['service_tiers']).map((tier) => toJsonObject(tier)['id'])
  return tiers.some(isWord) ? [...new Set(tiers.filter(isWord))] : undefined
}

function isFast(entry: JsonObject): boolean {
  return (
    toTiers(entry)?.includes('priority') === true ||
    toList(entry['additional_speed_tiers']).includes('fast')
  )
}
