/**
 * How many tokens each account was asked with, and how many of them came from the prompt cache.
 *
 * @module
 */
/** The input tokens of one account. */
export interface InputTokens {
  readonly input: number
  /** Those of them that were cached. */
  readonly cached: number
}

/** What is counted of an answer's usage, in the words of the Responses API. */
interface AnswerUsage {
  readonly input_tokens: number
  readonly input_tokens_details: {readonly cached_tokens: number}
}

/** The tokens so far. */
export interface TokenCounts {
  /** By email. A copy, as it is now. */
  read(): Readonly<Record<string, InputTokens>>
  /** Counts one more answer. */
  add(email: string, usage: AnswerUsage): void
  clear(): void
}

/** Makes a counter at zero. */
export function createTokenCounts(): TokenCounts {
  const counts = new Map<string, InputTokens>()
  return {
    read: () => Object.fromEntries(counts),
    add: (email, {input_tokens: inputTokens, input_tokens_details: details}) => {
      const {input, cached} = counts.get(email) ?? {input: 0, cached: 0}
      counts.set(email, {input: input + inputTokens, cached: cached + details.cached_tokens})
    },
    clear: () => counts.clear(),
  }
}
