import {expect, test} from 'vitest'
import {readLimitHeaders} from '../../../../src/accounts/usage/reading/parse-usage-headers.ts'
import {NOW_MS} from '../../../support/engine/create-backend.ts'

const TAKEN = {takenAtMs: NOW_MS, source: 'headers'}

/** As a Pro account got them on 24 September 2026, apart from the reset. */
const CAPTURED = {
  'x-codex-active-limit': 'codex',
  'x-codex-plan-type': 'pro',
  'x-codex-primary-used-percent': '22',
  'x-codex-primary-window-minutes': '10080',
  'x-codex-primary-reset-at': '1795166710',
  'x-codex-primary-reset-after-seconds': '155800',
  'x-codex-primary-over-secondary-limit-percent': '0',
  'x-codex-secondary-used-percent': '0',
  'x-codex-secondary-window-minutes': '0',
  'x-codex-secondary-reset-at': '',
  'x-codex-secondary-reset-after-seconds': '0',
  'x-codex-credits-has-credits': 'False',
  'x-codex-credits-unlimited': 'False',
  'x-codex-credits-balance': '0',
}

const SPARK = {
  'x-codex-bengalfox-primary-used-percent': '100',
  'x-codex-bengalfox-primary-window-minutes': '10080',
  'x-codex-bengalfox-primary-reset-after-seconds': '60',
}

function parse(headers: Record<string, string>) {
  return readLimitHeaders(new Headers(headers), NOW_MS).reading
}

test('reads the weekly window in the first place, and none in the second', () => {
  expect(parse(CAPTURED)).toEqual({
    ...TAKEN,
    windows: [
      {
        limit: 'codex',
        windowSeconds: 604_800,
        usedPercent: 22,
        resetsAtMs: NOW_MS + 155_800_000,
        ...TAKEN,
      },
    ],
    limitReached: false,
    plan: 'pro',
    credits: {hasCredits: false, unlimited: false, balance: 0},
  })
})

test('the point in time counts where no duration is told', () => {
  const headers = {
    'x-codex-primary-used-percent': '1',
    'x-codex-primary-window-minutes': '300',
    'x-codex-primary-reset-at': '1795166710',
  }

  expect(parse(headers)?.windows).toMatchObject([{resetsAtMs: 1_795_166_710_000}])
})

test('other limits have families of their own, with a name or without', () => {
  const name = {'x-codex-bengalfox-limit-name': 'GPT-5.3-Codex-Spark'}

  expect(parse(SPARK)?.windows).toMatchObject([{limit: 'codex_bengalfox', usedPercent: 100}])
  expect(parse({...SPARK, ...name})?.windows).toMatchObject([
    {limit: 'GPT-5.3-Codex-Spark', limitId: 'codex_bengalfox'},
  ])
})

test.each([
  ['0', '0', '', 0],
  ['0', '300', '', 1],
  ['3', '0', '', 1],
  ['0', '0', '1795266710', 1],
  ['', '300', '1795166710', 0],
  ['NaN', '300', '1795166710', 0],
])('used %j, minutes %j, reset %j: %i windows', (used, minutes, resetAt, count) => {
  const headers = {
    'x-codex-primary-used-percent': used,
    'x-codex-primary-window-minutes': minutes,
    'x-codex-primary-reset-at': resetAt,
  }

  expect(parse(headers)?.windows).toHaveLength(count)
})

test.each([
  ['True', true],
  ['true', true],
  ['1', true],
  ['False', false],
  ['0', false],
  ['FALSE', false],
])('credits of %s are %s', (text, hasCredits) => {
  const headers = {...SPARK, 'x-codex-credits-has-credits': text}

  expect(parse(headers)?.credits).toEqual({hasCredits, unlimited: false})
})

test('a type says that the limit is reached, unless it is another limit', () => {
  const reached = {'x-codex-rate-limit-reached-type': 'rate_limit_reached'}

  expect(parse({...CAPTURED, ...reached})).toMatchObject({
    limitReached: true,
    reachedType: 'rate_limit_reached',
  })
  const ofSpark = {...CAPTURED, ...SPARK, ...reached, 'x-codex-active-limit': 'codex_bengalfox'}
  expect(parse(ofSpark)).not.toHaveProperty('limitReached')
})

function toActive(active: string) {
  const headers = {...CAPTURED, ...SPARK, 'x-codex-active-limit': active}
  return readLimitHeaders(new Headers(headers), NOW_MS).activeLimit
}

test('the active limit is the one for all requests, unless it has a family', () => {
  expect(toActive('premium')).toEqual({limit: 'codex'})
  expect(toActive('codex')).toEqual({limit: 'codex'})
  expect(toActive('codex_bengalfox')).toEqual({
    limit: 'codex_bengalfox',
    limitId: 'codex_bengalfox',
  })
})

test('other headers say nothing', () => {
  expect(parse({'x-request-id': 'r', 'content-type': 'text/html'})).toBeUndefined()
})
