/**
 * How many tokens a request of the Messages API is for a Codex model.
 *
 * @module
 */
import {toJsonObject, toList, toText, type JsonObject} from '../../../base/json-object.ts'

/** What each message and each tool costs beside its words. */
const TOKENS_PER_PART = 4

/** An image of which nobody knows the size, and a file of a few pages. */
const TOKENS_PER_IMAGE = 1100
const TOKENS_PER_FILE = 3000

/** Characters that are counted at once, so that others are answered in between. */
const SLICE_CHARACTERS = 16_384

/** What is counted with. */
export interface CountOptions {
  readonly countText: (text: string) => number
  /** Lets others go on. */
  readonly pause: () => Promise<void>
}

/**
 * Counts the words of a request for the backend, and estimates what is no words.
 *
 * @param request As the backend would get it.
 */
export async function countRequestTokens(
  request: JsonObject,
  {countText, pause}: CountOptions,
): Promise<number> {
  let tokens = 0
  for (const text of textsOf(request)) {
    for (let at = 0; at < text.length; at += SLICE_CHARACTERS) {
      // One after the other, with room in between: that is the purpose.
      await pause()
      tokens += countText(text.slice(at, at + SLICE_CHARACTERS))
    }
  }
  return tokens + countOthers(request)
}

function textsOf({input, instructions, tools}: JsonObject): readonly string[] {
  const toolTexts = toList(tools).map((tool) => JSON.stringify(tool))
  const itemTexts = toList(input).map(toJsonObject).flatMap(textsOfItem)
  return [toText(instructions) ?? '', ...toolTexts, ...itemTexts]
}

function textsOfItem({arguments: given, content, output, summary}: JsonObject): readonly string[] {
  const parts = [...toList(content), ...toList(output), ...toList(summary)].map(toJsonObject)
  const texts = [given, output, ...parts.map(({text}) => text)]
  return texts.filter((text) => typeof text === 'string')
}

function countOthers({input, tools}: JsonObject): number {
  const items = toList(input).map(toJsonObject)
  const parts = items
    .flatMap(({content, output}) => [...toList(content), ...toList(output)])
    .map((part) => toJsonObject(part)['type'])
  const images = parts.filter((type) => type === 'input_image').length
  const files = parts.filter((type) => type === 'input_file').length
  const encrypted = items.map(({encrypted_content: content}) => toText(content)?.length ?? 0)
  return (
    (items.length + toList(tools).length) * TOKENS_PER_PART +
    images * TOKENS_PER_IMAGE +
    files * TOKENS_PER_FILE +
    // Base64 of what was encrypted, which is a little longer than the words.
    Math.round(encrypted.reduce((sum, length) => sum + length, 0) / 6)
  )
}
