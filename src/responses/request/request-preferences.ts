/**
 * The user's wishes for every request.
 *
 * @module
 */

/** What the user set once for all requests. A request that says otherwise wins. */
export interface RequestPreferences {
  /** `reasoning.summary`; `none` asks for no summary. */
  readonly reasoningSummary: 'auto' | 'concise' | 'detailed' | 'none'
  /** `text.verbosity`; absent leaves it to the model. */
  readonly textVerbosity?: 'low' | 'medium' | 'high'
  /** Replaces our own instructions. */
  readonly instructions?: string
  /** Asks for service tier `priority` where the model has it. Default: no. */
  readonly fastMode?: boolean
}
