/**
 * Counts how much of a prompt was seen before under the same key: account and `prompt_cache_key`.
 *
 * @module
 */

const PROMPTS_PER_KEY = 4
const MAX_KEYS = 200

/** Remembers prompts. */
export interface PromptCache {
  /** How many characters at the start of `prompt` an earlier prompt with this key had as well. */
  measure(key: string, prompt: string): number
  clear(): void
}

/** Makes a cache without prompts. */
export function createPromptCache(): PromptCache {
  const promptsByKey = new Map<string, readonly string[]>()
  return {
    measure: (key, prompt) => {
      const earlier = promptsByKey.get(key) ?? []
      const lengths = earlier.map((one) => commonPrefixLength(one, prompt))
      promptsByKey.delete(key)
      promptsByKey.set(key, [...earlier, prompt].slice(-PROMPTS_PER_KEY))
      const [oldest] = promptsByKey.keys()
      if (promptsByKey.size > MAX_KEYS && oldest !== undefined) promptsByKey.delete(oldest)
      return Math.max(0, ...lengths)
    },
    clear: () => promptsByKey.clear(),
  }
}

/** Halves the distance instead of walking it: comparing slices is a native operation. */
function commonPrefixLength(a: string, b: string): number {
  let same = 0
  let different = Math.min(a.length, b.length) + 1
  while (different - same > 1) {
    const middle = Math.floor((same + different) / 2)
    if (a.slice(same, middle) === b.slice(same, middle)) same = middle
    else different = middle
  }
  return same
}
