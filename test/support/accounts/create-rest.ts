/**
 * Rests for tests.
 *
 * @module
 */
import type {Rest} from '../../../src/accounts/rests/rest.ts'
import {NOW_MS} from '../engine/create-backend.ts'

/** A quota that a refusal has just said to be spent. */
export function createRest(untilMs: number, fields: Partial<Rest> = {}): Rest {
  const known = {source: 'refusal', learnedAtMs: NOW_MS, refusals: 1} as const
  return {reason: 'usage_limit', untilMs, ...known, ...fields}
}
