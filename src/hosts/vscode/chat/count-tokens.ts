/**
 * How many tokens a text has, more or less. The models' own tokenizer would weigh more than the rest
 * of the extension, and the editor asks hundreds of times before each request.
 *
 * @module
 */
import type {JsonObject} from '../../../base/json-object.ts'
import {toJsonObject, toList, toText} from '../../../base/json-object.ts'

/** Characters of one token: code and JSON have fewer than prose, which has more than four. */
const CHARACTERS_PER_TOKEN = 3.7

/** What a message costs beside its parts, in tokens. */
const MESSAGE_TOKENS = 4

/** What an image of usual size costs, in tokens. */
const IMAGE_TOKENS = 1000

/** The characters of a data URL that a page of a document takes, and what a page costs in tokens. */
const PAGE_CHARACTERS = 100_000
const PAGE_TOKENS = 1000

/** Estimates the tokens of a text. Characters outside ASCII count as one each. */
export function countTextTokens(text: string): number {
  const others = text.match(/[^\p{ASCII}]/gu) ?? []
  // Some of them are two units of a string.
  const asciiLength = text.length - others.join('').length
  return Math.ceil(asciiLength / CHARACTERS_PER_TOKEN) + others.length
}

/** Estimates the tokens of items of the Responses API. */
export function countItemTokens(items: readonly JsonObject[]): number {
  return items.reduce((sum, item) => sum + MESSAGE_TOKENS + countItem(item), 0)
}

function countItem({content, output, arguments: input, name}: JsonObject): number {
  const parts = [...toList(content), ...toList(output), output, input, name]
  return parts.reduce<number>((sum, part) => sum + countPart(part), 0)
}

function countPart(part: unknown): number {
  if (typeof part === 'string') return countTextTokens(part)
  const {type, text, file_data: file} = toJsonObject(part)
  if (type === 'input_image') return IMAGE_TOKENS
  const pages = Math.ceil((toText(file)?.length ?? 0) / PAGE_CHARACTERS)
  return pages * PAGE_TOKENS + countTextTokens(toText(text) ?? '')
}
