/**
 * What is known about a model.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/protocol/src/openai_models.rs}
 */
import type {ReasoningEffort} from './reasoning-effort.ts'

/** Windows of more tokens than this are a mistake of whoever wrote the list. */
export const MAX_CONTEXT_WINDOW = 100_000_000

/** The longest answer, in tokens, where nobody says: what the official client lets a model write. */
export const DEFAULT_MAX_OUTPUT_TOKENS = 128_000

/** A model, as the live catalogue or our own table describes it. */
export interface ModelInfo {
  /** What the backend calls it, for example `gpt-5.2-codex`. */
  readonly id: string
  readonly name: string
  readonly description?: string
  /** From the least to the most. Empty when nothing is known. */
  readonly efforts: readonly ReasoningEffort[]
  /** What an id without an effort asks for; absent leaves it to the backend. */
  readonly defaultEffort?: ReasoningEffort
  /**
   * Tokens of a conversation that the backend really takes: the advertised window times its effective
   * share. The official client shows this number. Each host promises it, and each shows it.
   */
  readonly contextWindow: number
  /** Tokens; absent where nobody says. A host that must have a number takes {@link DEFAULT_MAX_OUTPUT_TOKENS}. */
  readonly maxOutputTokens?: number
  /** Whether it reads images. */
  readonly vision: boolean
  /** Whether it takes `text.verbosity`. */
  readonly verbosity: boolean
  /** The verbosity that OpenAI recommends. */
  readonly defaultVerbosity?: string
  /** Whether it takes service tier `priority`, which users call fast. Absent when nobody said. */
  readonly fast?: boolean
  /** Service tiers, as they go on the wire. Absent when nobody said. */
  readonly tiers?: readonly string[]
  /** Whether requests have to be shaped as Responses-Lite. */
  readonly lite: boolean
  /** Whether a selector shows it. One that is not shown still answers. */
  readonly listed: boolean
  /** Id of the model that OpenAI recommends in its place. */
  readonly successor?: string
}

/** The models that are known right now. It does not change: a new list is a new catalogue. */
export interface ModelCatalogue {
  /** Whether the backend said which models the account has. Otherwise they are those of our table. */
  readonly live: boolean
  /** By the backend's id, whether the account can use it or not. */
  find(id: string): ModelInfo | undefined
  /** By its id in any spelling, see `toModelKey`. */
  findByKey(key: string): ModelInfo | undefined
  /** The models a selector shows, in its order; the first one is OpenAI's default. */
  list(): readonly ModelInfo[]
}
