/**
 * The models of the stand-in backend: those of the catalogue inside Codex CLI 0.171.0, and the six
 * older ones that ChatGPT accounts had before.
 *
 * @module
 */

/** One model, with what the backend checks and what the catalogue tells. */
export interface Model {
  readonly slug: string
  readonly displayName: string
  readonly contextWindow: number
  readonly maxContextWindow: number
  /** Efforts that a request may ask for, plus `ultra`, which clients send as another one. */
  readonly efforts: readonly string[]
  readonly defaultEffort: string
  readonly priority: number
  /** Responses Lite: tools arrive in an input item, instructions in a developer message. */
  readonly isLite: boolean
  readonly visibility: 'list' | 'hide'
  /** Clients older than this are told to upgrade. */
  readonly minimalClientVersion: string
  /** Plans that have the model; every plan when left out. */
  readonly plans?: readonly string[]
  readonly isOlder: boolean
}

const EFFORTS = ['none', 'low', 'medium', 'high', 'xhigh', 'max', 'ultra'] as const
type Effort = (typeof EFFORTS)[number]

/** The efforts between two, in order. */
function efforts(from: Effort, to: Effort): readonly string[] {
  return EFFORTS.slice(EFFORTS.indexOf(from), EFFORTS.indexOf(to) + 1)
}

const LARGER_PLANS = ['pro', 'prolite', 'team', 'business', 'enterprise', 'edu']
const PAID_PLANS = ['plus', ...LARGER_PLANS]

const LITE = {
  contextWindow: 272_000,
  maxContextWindow: 872_000,
  isLite: true,
  isOlder: false,
  visibility: 'list',
} as const

const OLDER = {
  contextWindow: 272_000,
  maxContextWindow: 272_000,
  isLite: false,
  isOlder: true,
  visibility: 'list',
  minimalClientVersion: '0.0.1',
} as const

// One model a line reads as a table.
// oxfmt-ignore
const MODELS: readonly Model[] = [
  {...LITE, slug: 'gpt-6.2-sol', displayName: 'GPT-6.2-Sol', contextWindow: 500_000, efforts: efforts('low', 'ultra'), defaultEffort: 'low', priority: 1, minimalClientVersion: '0.171.0', plans: PAID_PLANS},
  {...LITE, slug: 'gpt-6.2-astra', displayName: 'GPT-6.2-Astra', efforts: efforts('low', 'ultra'), defaultEffort: 'low', priority: 2, minimalClientVersion: '0.171.0', plans: PAID_PLANS},
  {...LITE, slug: 'gpt-6.1-terra', displayName: 'GPT-6.1 Terra', contextWindow: 500_000, efforts: efforts('low', 'ultra'), defaultEffort: 'low', priority: 3, minimalClientVersion: '0.160.0', plans: PAID_PLANS},
  {...LITE, slug: 'gpt-6.1-sol', displayName: 'GPT-6.1-Sol', contextWindow: 500_000, efforts: efforts('low', 'ultra'), defaultEffort: 'low', priority: 4, minimalClientVersion: '0.160.0', plans: PAID_PLANS},
  {...LITE, slug: 'gpt-6-astra', displayName: 'GPT-6-Astra', efforts: efforts('low', 'ultra'), defaultEffort: 'low', priority: 5, minimalClientVersion: '0.150.0', plans: PAID_PLANS},
  {...LITE, slug: 'gpt-6-sol', displayName: 'GPT-6-Sol', efforts: efforts('low', 'ultra'), defaultEffort: 'medium', priority: 6, minimalClientVersion: '0.150.0', plans: PAID_PLANS},
  {...LITE, slug: 'gpt-6-luna', displayName: 'GPT-6-Luna', efforts: efforts('low', 'max'), defaultEffort: 'medium', priority: 7, minimalClientVersion: '0.150.0'},
  {...LITE, slug: 'gpt-5.6-sol', displayName: 'GPT-5.6-Sol', efforts: efforts('low', 'ultra'), defaultEffort: 'low', priority: 8, minimalClientVersion: '0.144.0', plans: PAID_PLANS},
  {...LITE, slug: 'gpt-5.6-terra', displayName: 'GPT-5.6-Terra', efforts: efforts('low', 'ultra'), defaultEffort: 'medium', priority: 9, minimalClientVersion: '0.144.0', plans: PAID_PLANS},
  {...LITE, slug: 'gpt-5.6-luna', displayName: 'GPT-5.6-Luna', efforts: efforts('low', 'max'), defaultEffort: 'medium', priority: 10, minimalClientVersion: '0.144.0'},
  {...LITE, slug: 'gpt-daybreak-blue-latest', displayName: 'Daybreak Blue', efforts: efforts('low', 'ultra'), defaultEffort: 'low', priority: 11, visibility: 'hide', minimalClientVersion: '0.160.0', plans: LARGER_PLANS},
  {...LITE, slug: 'gpt-daybreak-red-latest', displayName: 'Daybreak Red', contextWindow: 372_000, maxContextWindow: 372_000, efforts: efforts('low', 'ultra'), defaultEffort: 'medium', priority: 12, visibility: 'hide', minimalClientVersion: '0.160.0', plans: LARGER_PLANS},
  {...LITE, slug: 'gpt-5.5', displayName: 'GPT-5.5', maxContextWindow: 272_000, isLite: false, efforts: efforts('low', 'xhigh'), defaultEffort: 'medium', priority: 13, minimalClientVersion: '0.0.1'},
  {...LITE, slug: 'codex-auto-review', displayName: 'Codex Auto Review', efforts: efforts('low', 'max'), defaultEffort: 'medium', priority: 43, visibility: 'hide', minimalClientVersion: '0.144.0'},
  {...OLDER, slug: 'gpt-5.2', displayName: 'GPT-5.2', efforts: efforts('none', 'xhigh'), defaultEffort: 'none', priority: 50},
  {...OLDER, slug: 'gpt-5.2-codex', displayName: 'GPT-5.2 Codex', efforts: efforts('low', 'xhigh'), defaultEffort: 'medium', priority: 51},
  {...OLDER, slug: 'gpt-5.1-codex-max', displayName: 'GPT-5.1 Codex Max', efforts: efforts('low', 'xhigh'), defaultEffort: 'high', priority: 52},
  {...OLDER, slug: 'gpt-5.1-codex', displayName: 'GPT-5.1 Codex', efforts: efforts('low', 'high'), defaultEffort: 'medium', priority: 53},
  {...OLDER, slug: 'gpt-5.1-codex-mini', displayName: 'GPT-5.1 Codex Mini', efforts: efforts('medium', 'high'), defaultEffort: 'medium', priority: 54},
  {...OLDER, slug: 'gpt-5.1', displayName: 'GPT-5.1', efforts: efforts('none', 'high'), defaultEffort: 'none', priority: 55},
]

/** Models that once worked with a ChatGPT account and are refused by name since. */
const RETIRED = new Set(['gpt-5', 'gpt-5-codex', 'gpt-5.3-codex', 'gpt-5.4', 'gpt-5.4-mini'])

/** Which models an account has. */
export interface ModelAccess {
  readonly plan: string
  /** Adds the six models that were retired by June 2026. */
  readonly olderModels: boolean
  /** Only these slugs, whatever the plan; every model of the plan when `undefined`. */
  readonly models: readonly string[] | undefined
}

/** The models that an account may use, in the catalogue's order. */
export function listModels(access: ModelAccess): readonly Model[] {
  return MODELS.filter((model) => {
    if (access.models) return access.models.includes(model.slug)
    if (model.isOlder) return access.olderModels
    return model.plans?.includes(access.plan) ?? true
  })
}

/** Finds a model by its slug, whether or not an account may use it. */
export function findModel(slug: string): Model | undefined {
  return MODELS.find((model) => model.slug === slug)
}

/** True for a model that the backend knows, but no longer offers to ChatGPT accounts. */
export function isRetired(slug: string): boolean {
  return RETIRED.has(slug)
}
