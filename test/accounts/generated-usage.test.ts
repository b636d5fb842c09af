/**
 * Whatever the backend, a proxy or a broken storage says about limits, what is known stays readable.
 */
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {parseUsageBody} from '../../src/accounts/usage/reading/parse-usage-body.ts'
import {parseUsageEvent} from '../../src/accounts/usage/reading/parse-usage-event.ts'
import {readLimitHeaders} from '../../src/accounts/usage/reading/parse-usage-headers.ts'
import {toUsageReading} from '../../src/accounts/usage/reading/parse-usage-refusal.ts'
import {createUsageBook} from '../../src/accounts/usage/usage-book.ts'
import {createUsageWarnings, describeUsageWarning} from '../../src/accounts/usage/usage-warnings.ts'
import {
  isExhausted,
  toExhaustedUntilMs,
  toTightestWindow,
  toWindowName,
  type Usage,
  type UsageReading,
} from '../../src/accounts/usage/usage.ts'
import {toAlmaAccount} from '../../src/hosts/alma/provider/alma-accounts.ts'
import {toJsonObject} from '../../src/base/json-object.ts'
import {parseFailure} from '../../src/responses/refusal/read-refusal.ts'
import {ACCOUNT, NOW_MS} from '../support/engine/create-backend.ts'
import {anyJson, anyOf, anyText, mostly} from '../support/generated/any-json.ts'
import {checkMany, TEST_TIMEOUT_MS} from '../support/generated/check-many.ts'

const ODD_TEXTS = ['NaN', 'Infinity', '-1', '1e300', '0x10', '', '0', '100', '12.5', '1795266710']
const anyNumber = fc.oneof(
  fc.integer({min: 0, max: 100}),
  fc.constantFrom(-1, 0, 300, 10_080, 18_000, 604_800, 1e300, Number.MAX_VALUE, 1_795_266_710),
  fc.constantFrom(...ODD_TEXTS),
)
const amount = mostly(anyNumber)

const window = anyOf({
  used_percent: amount,
  limit_window_seconds: amount,
  window_minutes: amount,
  reset_at: amount,
  reset_after_seconds: amount,
})
const limit = anyOf({
  limit_reached: mostly(fc.boolean()),
  primary: mostly(window),
  secondary: mostly(window),
  primary_window: mostly(window),
  secondary_window: mostly(window),
})
const credits = anyOf({
  has_credits: mostly(fc.boolean()),
  unlimited: mostly(fc.boolean()),
  balance: amount,
})
const error = anyOf({
  type: mostly(fc.constantFrom('usage_limit_reached', 'workspace_owner_credits_depleted')),
  plan_type: mostly(anyText),
  limit_window_minutes: amount,
  resets_at: amount,
  resets_in_seconds: amount,
})
const body = mostly(
  anyOf({
    plan_type: mostly(anyText),
    rate_limit: mostly(limit),
    rate_limits: mostly(limit),
    code_review_rate_limit: mostly(limit),
    additional_rate_limits: fc.oneof(
      fc.array(
        anyOf({limit_name: mostly(anyText), metered_feature: mostly(anyText), rate_limit: limit}),
      ),
      fc.dictionary(anyText, limit, {maxKeys: 3}),
      anyJson,
    ),
    credits: mostly(credits),
    spend_control: mostly(anyOf({reached: mostly(fc.boolean()), individual_limit: mostly(window)})),
    rate_limit_reached_type: anyJson,
    rate_limit_reset_credits: mostly(anyOf({available_count: amount})),
    metered_limit_name: mostly(anyText),
    error: mostly(error),
  }),
)

const FIELDS = ['used-percent', 'window-minutes', 'reset-at', 'reset-after-seconds']
const NAMES = ['codex', 'codex-bengalfox', '__proto__'].flatMap((family) =>
  ['primary', 'secondary'].flatMap((place) =>
    FIELDS.map((field) => `x-${family}-${place}-${field}`),
  ),
)
const headers = fc.dictionary(
  fc.constantFrom(
    ...NAMES,
    'x-codex-active-limit',
    'x-codex-bengalfox-limit-name',
    'x-codex-rate-limit-reached-type',
    'x-codex-credits-has-credits',
    'x-codex-credits-balance',
  ),
  fc.constantFrom(...ODD_TEXTS, 'True', 'False', 'codex', 'codex_bengalfox', '__proto__'),
  {maxKeys: 12},
)

const answer = fc.record({body, headers, agoMs: fc.integer({min: 0, max: 100_000})})

/** Throws when the time is none. */
function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

function now(): number {
  return NOW_MS
}

/** Everything that the four forms of an answer say. */
function parseAll(wire: unknown, given: Headers, nowMs: number): readonly UsageReading[] {
  const options = {takenAtMs: nowMs, activeLimit: readLimitHeaders(given, nowMs).activeLimit}
  return [
    readLimitHeaders(given, nowMs).reading,
    parseUsageBody(wire, nowMs),
    parseUsageEvent(toJsonObject(wire), nowMs),
    toUsageReading(parseFailure(toJsonObject(wire), nowMs), options),
  ].filter((reading) => reading !== undefined)
}

/** Everything a host does with what is known. */
function checkReadable(usage: Usage): void {
  for (const known of usage.windows) {
    expect(known.usedPercent).toBeGreaterThanOrEqual(0)
    expect(known.usedPercent).toBeLessThanOrEqual(100)
    expect(known.windowSeconds).toBeGreaterThanOrEqual(0)
    expect(toWindowName({...known, limit: 'codex'})).not.toMatch(/NaN|Infinity|undefined/)
  }
  expect([true, false]).toContain(isExhausted(usage))
  const untilMs = toExhaustedUntilMs(usage) ?? 0
  expect(new Date(untilMs).getTime()).toBe(untilMs)
  expect(toTightestWindow(usage) === undefined).toBe(usage.windows.length === 0)
  const card = toAlmaAccount(ACCOUNT, {usage, nowMs: NOW_MS})
  expect(card.quota?.models).toHaveLength(usage.windows.length)
  for (const warning of createUsageWarnings().notice('a', usage)) {
    expect(describeUsageWarning(warning, 'ada', toTime)).toMatch(/^ada has .* left/)
  }
}

test(
  'whatever is said about limits, what is known stays readable, and is kept over a restart',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    expect.hasAssertions()
    const property = fc.asyncProperty(fc.array(answer, {maxLength: 4}), async (answers) => {
      const book = createUsageBook({now})
      for (const {agoMs, ...said} of answers) {
        const wire: unknown = JSON.parse(JSON.stringify(said.body) ?? 'null')
        const readings = parseAll(wire, new Headers(said.headers), NOW_MS - agoMs)
        for (const reading of readings) checkReadable(book.update('__proto__', reading))
      }
      const restarted = createUsageBook({now})
      restarted.import(book.export())
      expect(restarted.get('__proto__')).toEqual(book.get('__proto__'))
    })
    await checkMany('Readings of limits', 1000, property)
  },
)

test('any text in the storage is a book, or nothing', {timeout: TEST_TIMEOUT_MS}, async () => {
  expect.hasAssertions()
  const saved = fc.dictionary(anyText, mostly(anyOf({windows: anyJson, takenAtMs: amount})))
  const property = fc.asyncProperty(saved, async (value) => {
    const book = createUsageBook({now})
    book.import(JSON.stringify(value))
    for (const usage of book.list().values()) checkReadable(usage)
  })
  await checkMany('Saved usage', 1000, property)
})
