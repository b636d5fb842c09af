/**
 * The tokenizer of OpenAI's models. It is a file of its own of two megabytes, loaded when somebody first asks.
 *
 * @module
 */
import {countTokens} from 'gpt-tokenizer/encoding/o200k_base'

/** What looks like a mark of the model is words to it, in a text of a user. */
const AS_WORDS = {disallowedSpecial: new Set<string>()}

/** How many tokens the text is. */
export function countTextTokens(text: string): number {
  return countTokens(text, AS_WORDS)
}
