/**
 * The 22 models the plugin offers: six models, each with its reasoning efforts.
 *
 * An id that was ever offered is understood for ever, whatever the account can use today.
 *
 * @module
 */
import type {ReasoningEffort} from './reasoning-effort.ts'

/** A model, before an effort is chosen. */
export interface Model {
  /** What the backend calls it, for example `gpt-5.2-codex`. */
  readonly id: string
  readonly name: string
  readonly description: string
  /** The model's own effort comes first; its variant has no suffix. */
  readonly efforts: readonly [ReasoningEffort, ...ReasoningEffort[]]
  /** Tokens of input that the backend takes. */
  readonly contextWindow: number
  /** Tokens; absent where the backend sets the limit. */
  readonly maxOutputTokens?: number
}

/** The six models, in the order a selector shows them. */
export const MODELS: readonly Model[] = [
  {
    id: 'gpt-5.2',
    name: 'GPT-5.2',
    description: 'GPT-5.2 general purpose model',
    efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
    contextWindow: 128_000,
  },
  {
    id: 'gpt-5.2-codex',
    name: 'GPT-5.2 Codex',
    description: 'GPT-5.2 Codex - optimized for coding tasks',
    efforts: ['medium', 'low', 'high', 'xhigh'],
    contextWindow: 272_000,
    maxOutputTokens: 128_000,
  },
  {
    id: 'gpt-5.1-codex-max',
    name: 'GPT-5.1 Codex Max',
    description: 'GPT-5.1 Codex Max - maximum capability variant',
    efforts: ['high', 'low', 'medium', 'xhigh'],
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
  },
  {
    id: 'gpt-5.1-codex',
    name: 'GPT-5.1 Codex',
    description: 'GPT-5.1 Codex - balanced coding model',
    efforts: ['medium', 'low', 'high'],
    contextWindow: 200_000,
    maxOutputTokens: 64_000,
  },
  {
    id: 'gpt-5.1-codex-mini',
    name: 'GPT-5.1 Codex Mini',
    description: 'GPT-5.1 Codex Mini - fast and efficient',
    efforts: ['medium', 'high'],
    contextWindow: 128_000,
    maxOutputTokens: 32_000,
  },
  {
    id: 'gpt-5.1',
    name: 'GPT-5.1',
    description: 'GPT-5.1 general purpose model',
    efforts: ['none', 'low', 'medium', 'high'],
    contextWindow: 128_000,
  },
]

/** One entry of a model selector: a model with an effort. */
export interface ModelVariant {
  /** What the host shows and sends back, for example `gpt-5.2-codex-high`. */
  readonly id: string
  readonly name: string
  readonly model: Model
  readonly effort: ReasoningEffort
}

/** Every variant, in the order a selector shows them. */
export function listModelVariants(): ModelVariant[] {
  return MODELS.flatMap((model) =>
    model.efforts.map((effort, index) => ({
      id: index === 0 ? model.id : `${model.id}-${effort}`,
      name: index === 0 ? model.name : `${model.name} (${toEffortName(effort)} Reasoning)`,
      model,
      effort,
    })),
  )
}

function toEffortName(effort: ReasoningEffort): string {
  return effort === 'xhigh' ? 'XHigh' : effort.charAt(0).toUpperCase() + effort.slice(1)
}
