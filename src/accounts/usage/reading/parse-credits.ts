/**
 * Credits, as bodies and events say them.
 *
 * @module
 */
import {isJsonObject} from '../../../base/json-object.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {toAmount} from './read-usage-window.ts'
import type {UsageCredits} from '../usage.ts'

/** @returns `undefined` when nothing is said about credits. */
export function parseCredits(value: unknown): UsageCredits | undefined {
  if (!isJsonObject(value)) return undefined
  return withoutUndefined({
    hasCredits: toTruth(value['has_credits']) ?? false,
    unlimited: toTruth(value['unlimited']) ?? false,
    balance: toAmount(value['balance']),
    isOverageReached: toTruth(value['overage_limit_reached']),
  })
}

/** A boolean, or one of the texts that headers have for it. */
export function toTruth(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  const text = typeof value === 'string' ? value.trim().toLowerCase() : ''
  if (text === 'true' || text === '1') return true
  return text === 'false' || text === '0' ? false : undefined
}
