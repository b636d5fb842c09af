/**
 * Every model we ever heard of, as it was last seen. A live catalogue knows better; this is for the
 * time before there is one, and for models that are gone. What it does not know for sure, it trusts a
 * model to do: a caller's wish must not be lost to a guess.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/models-manager/models.json}
 */
import {DEFAULT_MAX_OUTPUT_TOKENS, type ModelInfo} from './model-info.ts'
import {MODELS, type Model} from './model-variant.ts'
import {sortEfforts, type ReasoningEffort} from './reasoning-effort.ts'

const LOW_TO_HIGH: readonly ReasoningEffort[] = ['low', 'medium', 'high']
const LOW_TO_XHIGH: readonly ReasoningEffort[] = [...LOW_TO_HIGH, 'xhigh']
const LOW_TO_MAX: readonly ReasoningEffort[] = [...LOW_TO_XHIGH, 'max']
const LOW_TO_ULTRA: readonly ReasoningEffort[] = [...LOW_TO_MAX, 'ultra']

/** What the models that had a window of 272,000 tokens share: 95 % of it is for the input. */
const COMMON = {
  contextWindow: 258_400,
  maxOutputTokens: DEFAULT_MAX_OUTPUT_TOKENS,
  vision: true,
  verbosity: true,
  lite: false,
  listed: true,
} as const

const ULTRA = {...COMMON, fast: true, lite: true, efforts: LOW_TO_ULTRA} as const
const MAX = {...COMMON, fast: true, lite: true, efforts: LOW_TO_MAX} as const
const HIDDEN = {...ULTRA, fast: false, listed: false} as const
const XHIGH = {...COMMON, fast: true, efforts: LOW_TO_XHIGH} as const

/** Those beside the six of the table. Where the default effort was never told, there is none. */
// One model a line reads as a table.
// oxfmt-ignore
const OTHER_MODELS: readonly ModelInfo[] = [
  {...ULTRA, id: 'gpt-6.2-sol', name: 'GPT-6.2-Sol', defaultEffort: 'low', contextWindow: 475_000},
  {...ULTRA, id: 'gpt-6.2-astra', name: 'GPT-6.2-Astra', defaultEffort: 'low'},
  {...ULTRA, id: 'gpt-6.1-terra', name: 'GPT-6.1 Terra', defaultEffort: 'low', contextWindow: 475_000},
  {...ULTRA, id: 'gpt-6.1-sol', name: 'GPT-6.1-Sol', defaultEffort: 'low', contextWindow: 475_000},
  {...ULTRA, id: 'gpt-6-astra', name: 'GPT-6-Astra', defaultEffort: 'low'},
  {...ULTRA, id: 'gpt-6-sol', name: 'GPT-6-Sol', defaultEffort: 'medium'},
  {...MAX, id: 'gpt-6-luna', name: 'GPT-6-Luna', defaultEffort: 'medium'},
  {...ULTRA, id: 'gpt-5.6-sol', name: 'GPT-5.6-Sol', defaultEffort: 'low', successor: 'gpt-6-sol'},
  {...ULTRA, id: 'gpt-5.6-terra', name: 'GPT-5.6-Terra', defaultEffort: 'medium', successor: 'gpt-6-sol'},
  {...MAX, id: 'gpt-5.6-luna', name: 'GPT-5.6-Luna', defaultEffort: 'medium', successor: 'gpt-6-luna'},
  {...HIDDEN, id: 'gpt-daybreak-blue-latest', name: 'Daybreak Blue', defaultEffort: 'low'},
  {...HIDDEN, id: 'gpt-daybreak-red-latest', name: 'Daybreak Red', defaultEffort: 'medium', contextWindow: 353_400},
  {...XHIGH, id: 'gpt-5.5', name: 'GPT-5.5', defaultEffort: 'medium', successor: 'gpt-6-sol'},
  {...XHIGH, id: 'gpt-5.4', name: 'GPT-5.4'},
  {...COMMON, id: 'gpt-5.4-mini', name: 'GPT-5.4 Mini', efforts: LOW_TO_XHIGH},
  {...COMMON, id: 'gpt-5.3', name: 'GPT-5.3', efforts: ['none', ...LOW_TO_XHIGH]},
  {...COMMON, id: 'gpt-5.3-codex', name: 'GPT-5.3 Codex', efforts: LOW_TO_XHIGH},
  {...COMMON, id: 'gpt-5.3-codex-spark', name: 'GPT-5.3 Codex Spark', efforts: LOW_TO_XHIGH, contextWindow: 121_600, vision: false},
  {...COMMON, id: 'gpt-5', name: 'GPT-5', efforts: ['minimal', ...LOW_TO_HIGH]},
  {...COMMON, id: 'gpt-5-codex', name: 'GPT-5 Codex', efforts: LOW_TO_HIGH},
  {...COMMON, id: 'gpt-5-codex-mini', name: 'GPT-5 Codex Mini', efforts: ['medium', 'high']},
  {...MAX, id: 'codex-auto-review', name: 'Codex Auto Review', defaultEffort: 'medium', listed: false},
]

/** The six models of the table, in the order a selector shows them. */
export const TABLE_MODELS: readonly ModelInfo[] = MODELS.map(toModelInfo)

/** Every model we know without asking, by its id. */
export const KNOWN_MODELS: ReadonlyMap<string, ModelInfo> = new Map(
  [...TABLE_MODELS, ...OTHER_MODELS].map((model) => [model.id, model]),
)

function toModelInfo({efforts, ...model}: Model): ModelInfo {
  return {
    ...model,
    efforts: sortEfforts(efforts),
    defaultEffort: efforts[0],
    vision: true,
    verbosity: true,
    lite: false,
    listed: true,
  }
}
