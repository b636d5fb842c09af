/**
 * What an answer of OpenAI's API used, read as it passes by.
 *
 * @module
 */
import {parseJson, toJsonObject, toNumber} from '../../base/json-object.ts'
import type {TokenUse} from '../exchange/exchange.ts'

/** Where the counts stand, at the end of an answer: so many characters of it are looked at. */
const END_CHARACTERS = 1_000_000

const USAGE = /"usage":\s*(\{(?:[^{}]|\{[^{}]*\})*\})/g

/** Hands everything on as it comes, and tells the counts once it has ended; nothing when there are none. */
export function countTokens(
  onTokens: (tokens: TokenUse) => void,
): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder()
  let end = ''
  return new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      controller.enqueue(bytes)
      end = (end + decoder.decode(bytes, {stream: true})).slice(-END_CHARACTERS)
    },
    flush() {
      const [, text] = [...end.matchAll(USAGE)].at(-1) ?? []
      if (text !== undefined) onTokens(toTokens(text))
    },
  })
}

/** Both dialects say the same with other words. */
function toTokens(text: string): TokenUse {
  const usage = toJsonObject(parseJson(text))
  const input = usage['input_tokens_details'] ?? usage['prompt_tokens_details']
  const output = usage['output_tokens_details'] ?? usage['completion_tokens_details']
  return {
    input: toCount(usage['input_tokens'] ?? usage['prompt_tokens']),
    cached: toCount(toJsonObject(input)['cached_tokens']),
    output: toCount(usage['output_tokens'] ?? usage['completion_tokens']),
    reasoning: toCount(toJsonObject(output)['reasoning_tokens']),
  }
}

function toCount(value: unknown): number {
  return toNumber(value) ?? 0
}
