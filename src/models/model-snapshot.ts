/**
 * A model list as it is kept between two starts.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toNumber, type JsonObject} from '../base/json-object.ts'
import {MAX_CONTEXT_WINDOW, type ModelInfo} from './model-info.ts'
import {isWord} from './reasoning-effort.ts'

/** The models of one account at one moment. */
export interface ModelSnapshot {
  readonly models: readonly ModelInfo[]
  /** The backend's tag of this list. */
  readonly etag?: string
  /** Whose models they are, by `Account.id`. */
  readonly accountId: string
  /** The client version they were asked for with: another one has other models. */
  readonly clientVersion: string
  /** When the backend said so (milliseconds since the Unix epoch). */
  readonly takenAtMs: number
}

/**
 * Whether `value` is a snapshot. It is read at each start, where a schema library would take longer
 * than everything else, and what we wrote ourselves is either whole or not ours.
 */
export function isModelSnapshot(value: unknown): value is ModelSnapshot {
  const {models, etag, accountId, clientVersion, takenAtMs} = toJsonObject(value)
  return (
    Array.isArray(models) &&
    models.length > 0 &&
    models.every((model) => isJsonObject(model) && isModelInfo(model)) &&
    isOptionalText(etag) &&
    typeof accountId === 'string' &&
    typeof clientVersion === 'string' &&
    typeof takenAtMs === 'number'
  )
}

const TEXTS = ['id', 'name']
const OPTIONAL_TEXTS = ['description', 'successor', 'defaultVerbosity']
const FLAGS = ['vision', 'verbosity', 'fast', 'lite', 'listed']

function isModelInfo(value: JsonObject): boolean {
  const {defaultEffort, contextWindow, maxOutputTokens} = value
  return (
    TEXTS.every((field) => typeof value[field] === 'string' && value[field] !== '') &&
    FLAGS.every((field) => typeof value[field] === 'boolean') &&
    isWords(value['efforts']) &&
    isWords(value['tiers'] ?? []) &&
    (defaultEffort === undefined || isWord(defaultEffort)) &&
    isTokens(contextWindow) &&
    (maxOutputTokens === undefined || isTokens(maxOutputTokens)) &&
    OPTIONAL_TEXTS.every((field) => isOptionalText(value[field]))
  )
}

function isWords(value: unknown): boolean {
  return Array.isArray(value) && value.every(isWord)
}

/** A window that no model has was read before its size was checked. */
function isTokens(value: unknown): boolean {
  const tokens = toNumber(value) ?? 0
  return Number.isInteger(tokens) && tokens > 0 && tokens <= MAX_CONTEXT_WINDOW
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
