/**
 * The ways in which users and other tools write the id of a model.
 *
 * @module
 * @see {@link https://github.com/multica-ai/multica/issues/1589}
 * @see {@link https://github.com/router-for-me/CLIProxyAPI/issues/493}
 */
import {isReasoningEffort, readEffort, type ReasoningEffort} from './reasoning-effort.ts'

/** No id is as long as this; each of its parts is looked at. */
export const MAX_ID_CHARACTERS = 200

/** Names of the provider, in front of a model and the one sign that is between all words of a key. */
const PROVIDERS =
  /^(?:(?:azure|chatgpt|codex|cx|github-copilot|copilot|models?|oai|openai|openai-codex|openai-codex-auth|openrouter)-)+/

/** What says nothing about the model: how it thinks is its effort, when it was made is its own matter. */
const FILLER =
  /^(?:\d{4}-\d{2}-\d{2}|\d{8}|1m|auto|default|effort|latest|reasoning|standard|thinking)(?=-|$)/

const EFFORT = /^(?:(?:extra|very|x)-high|[a-z]+)(?=-|$)/

/** What other words for a tier mean. */
const TIERS: ReadonlyMap<string, string> = new Map([
  ['fast', 'priority'],
  ['flex', 'flex'],
  ['priority', 'priority'],
])

/** What an id says beside the model. */
export interface ModelWishes {
  readonly effort?: ReasoningEffort
  /** As it goes on the wire, for example `priority`. */
  readonly tier?: string
}

/** What a model has that is not the same for all. */
export interface OwnWords {
  readonly efforts?: readonly ReasoningEffort[]
  readonly tiers?: readonly string[]
}

/** An id without case, and with one sign between its words: `gpt-5-5` of `GPT 5.5`. */
export function toModelKey(id: string): string {
  const words = id.toLowerCase().split(/[^a-z0-9]/)
  return words
    .filter(Boolean)
    .join('-')
    .replace(/^gpt(?=\d)/, 'gpt-')
}

/** Takes the names of providers from the beginning of a key. */
export function withoutProviders(key: string): string {
  return key.replace(PROVIDERS, '').replace(/^gpt(?=\d)/, 'gpt-')
}

/** The word on the wire for a tier that users call otherwise. */
export function readTier(word: string, tiers: readonly string[] = []): string | undefined {
  const lower = word.toLowerCase()
  return tiers.find((tier) => tier.toLowerCase() === lower) ?? TIERS.get(lower)
}

/**
 * Reads what follows a model: efforts, tiers, and words that change nothing.
 *
 * @param tail A key, for example `thinking-high-fast`. May be empty.
 * @returns `undefined` when a word is none of these, so the id is that of another model.
 */
export function readWishes(tail: string, {efforts, tiers}: OwnWords): ModelWishes | undefined {
  const wishes: {effort?: ReasoningEffort; tier?: string} = {}
  for (let rest = tail; rest !== '';) {
    const filler = FILLER.exec(rest)?.[0]
    const word = filler ?? findOwnWord(rest, [efforts, tiers]) ?? EFFORT.exec(rest)?.[0]
    if (word === undefined) return undefined
    rest = rest.slice(word.length + 1)
    if (filler !== undefined) continue
    const tier = readTier(word, tiers)
    const effort = readEffort(word, efforts) ?? readKeyed(word, efforts)
    if (effort !== undefined) wishes.effort = effort
    else if (tier !== undefined) wishes.tier = tier
    else return undefined
  }
  return wishes
}

/** A word of the catalogue may have signs that a key does not have. */
function findOwnWord(
  rest: string,
  lists: readonly (readonly string[] | undefined)[],
): string | undefined {
  const own = lists.flatMap((list = []) => list.filter((word) => !isReasoningEffort(word)))
  return own.map(toModelKey).find((key) => rest === key || rest.startsWith(`${key}-`))
}

function readKeyed(key: string, efforts: readonly string[] = []): string | undefined {
  return efforts.find((effort) => toModelKey(effort) === key)
}
