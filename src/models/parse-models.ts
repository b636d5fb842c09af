/**
 * Reading the backend's model list.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/protocol/src/openai_models.rs}
 */
import * as z from 'zod/mini'
import {lenient} from '../http/lenient.ts'
import type {ModelInfo} from './model-info.ts'
import {compareEfforts, isReasoningEffort} from './reasoning-effort.ts'

/** Tokens, where the backend does not say: what all models had for a year. */
const DEFAULT_CONTEXT_WINDOW = 272_000

/** The share of the window that is for the input, where the backend does not say. */
const DEFAULT_EFFECTIVE_PERCENT = 95

/** The most that the official client lets a model write. The list does not tell it. */
const MAX_OUTPUT_TOKENS = 128_000

/** Everything but the id may be missing or of the wrong type: an entry is too good to lose for it. */
const entrySchema = z.object({
  slug: z.string().check(z.minLength(1)),
  display_name: lenient(z.string().check(z.minLength(1))),
  description: lenient(z.string().check(z.minLength(1))),
  supported_reasoning_levels: lenient(z.array(z.unknown())),
  default_reasoning_level: lenient(z.string()),
  context_window: lenient(z.number()),
  effective_context_window_percent: lenient(z.number()),
  input_modalities: lenient(z.array(z.unknown())),
  support_verbosity: lenient(z.boolean()),
  service_tiers: lenient(z.array(z.unknown())),
  additional_speed_tiers: lenient(z.array(z.unknown())),
  use_responses_lite: lenient(z.boolean()),
  visibility: lenient(z.string()),
  priority: lenient(z.number()),
  upgrade: lenient(z.object({model: z.string()})),
})

type Entry = z.infer<typeof entrySchema>

const listSchema = z.object({models: z.array(z.unknown())})
const effortSchema = z.object({effort: z.string()})
const tierSchema = z.object({id: z.string()})

/**
 * Reads the answer of `GET /codex/models`. An entry without an id is left out, and of two with the
 * same id the second.
 *
 * @returns The models in the order a selector shows them; `undefined` when there is none.
 */
export function parseModels(body: unknown): readonly ModelInfo[] | undefined {
  const list = listSchema.safeParse(body)
  if (!list.success) return undefined
  const entries = list.data.models.flatMap((value) => entrySchema.safeParse(value).data ?? [])
  const ordered = entries.toSorted((one, other) => rankOf(one) - rankOf(other))
  const models = new Map<string, ModelInfo>()
  for (const entry of ordered) if (!models.has(entry.slug)) models.set(entry.slug, toModel(entry))
  return models.size === 0 ? undefined : [...models.values()]
}

/** A number that is large but finite, because two infinities have no difference. */
function rankOf({priority = Number.MAX_SAFE_INTEGER}: Entry): number {
  return priority
}

function toModel(entry: Entry): ModelInfo {
  const efforts = toEfforts(entry.supported_reasoning_levels)
  const defaultEffort = efforts.find((effort) => effort === entry.default_reasoning_level)
  const {description, upgrade} = entry
  return {
    id: entry.slug,
    name: entry.display_name ?? entry.slug,
    ...(description !== undefined && {description}),
    efforts,
    ...(defaultEffort && {defaultEffort}),
    contextWindow: toContextWindow(entry),
    maxOutputTokens: MAX_OUTPUT_TOKENS,
    vision: entry.input_modalities?.includes('image') ?? true,
    verbosity: entry.support_verbosity ?? false,
    fast: isFast(entry),
    lite: entry.use_responses_lite ?? false,
    listed: entry.visibility !== 'hide' && entry.visibility !== 'none',
    ...(upgrade && {successor: upgrade.model}),
  }
}

/** Efforts we have no word for are left out: nobody could ask for them. */
function toEfforts(levels: readonly unknown[] | undefined): ModelInfo['efforts'] {
  const efforts = (levels ?? []).map((level) => effortSchema.safeParse(level).data?.effort)
  return [...new Set(efforts.filter(isReasoningEffort))].toSorted(compareEfforts)
}

function toContextWindow(entry: Entry): number {
  const {context_window: window, effective_context_window_percent: percent} = entry
  const tokens = window !== undefined && window > 0 ? window : DEFAULT_CONTEXT_WINDOW
  const isShare = percent !== undefined && percent > 0 && percent <= 100
  return Math.floor((tokens * (isShare ? percent : DEFAULT_EFFECTIVE_PERCENT)) / 100)
}

function isFast({service_tiers: tiers, additional_speed_tiers: speeds}: Entry): boolean {
  const ids = (tiers ?? []).map((tier) => tierSchema.safeParse(tier).data?.id)
  return ids.includes('priority') || (speeds ?? []).includes('fast')
}
