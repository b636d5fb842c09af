import {expect, test} from 'vitest'
import {
  describeState,
  describeWindows,
  findBlock,
} from '../../../src/accounts/choice/describe-account.ts'
import {toLocalTime} from '../../../src/base/local-time.ts'
import {ACCOUNT, NOW_MS} from '../../support/engine/create-backend.ts'
import {createRest} from '../../support/accounts/create-rest.ts'
import {createUsage, createWindow, FIVE_HOURS, WEEK} from '../../support/accounts/create-usage.ts'

/** What a host says. */
const LOG_IN_AGAIN = 'log in again'

const NOTHING_WANTED = {priority: 0, isPaused: false, ceilings: []}

test.each([
  [{}, 'is logged in'],
  [{preference: {...NOTHING_WANTED, isPaused: true}}, 'is paused'],
  [{rest: createRest(NOW_MS, {reason: 'deactivated'})}, /^was deactivated by OpenAI or its owner/],
  [{rest: createRest(NOW_MS)}, /^rests until .+ \(usage limit\)$/],
] as const)('an account with %j says so', (fields, text) => {
  const known = {account: ACCOUNT, preference: NOTHING_WANTED, ...fields}

  expect(describeState(known, LOG_IN_AGAIN)).toMatch(text)
})

test('a login that ended says what to do, whatever else is the matter', () => {
  const account = {...ACCOUNT, loginRequired: {reason: 'expired', sinceMs: NOW_MS}} as const
  const preference = {...NOTHING_WANTED, isPaused: true}

  expect(describeState({account, preference}, LOG_IN_AGAIN)).toMatch(
    /^needs a new login since .+: log in again$/,
  )
})

test('a login without a refresh token says until when it works', () => {
  const tokens = {...ACCOUNT.tokens, refreshToken: '', expiresAtMs: NOW_MS + 3_600_000}
  const known = {account: {...ACCOUNT, tokens}, preference: NOTHING_WANTED}

  expect(describeState(known, LOG_IN_AGAIN)).toBe(
    `is logged in until ${toLocalTime(NOW_MS + 3_600_000)}, and cannot be renewed`,
  )
})

test('a login that another program used up says by whom', () => {
  const ended = {reason: 'reused', sinceMs: NOW_MS, rotatedBy: 'the Codex CLI in ~/.codex'} as const
  const account = {...ACCOUNT, loginRequired: ended}

  expect(describeState({account, preference: NOTHING_WANTED}, LOG_IN_AGAIN)).toMatch(
    /^needs a new login since .+ \(used up by the Codex CLI in ~\/\.codex\): log in again$/,
  )
})

test('every window is known by its length and, where it is not for all models, by its name', () => {
  const spark = createWindow({limit: 'GPT-5.3-Codex-Spark', windowSeconds: WEEK, usedPercent: 1})
  const usage = createUsage({windows: [createWindow({usedPercent: 12}), spark], resetCredits: 1})

  expect(describeWindows(usage)).toEqual([
    expect.stringMatching(/^88 % left of the 5 h limit, resets on /),
    expect.stringMatching(/^99 % left of the weekly limit of GPT-5\.3-Codex-Spark, resets on /),
    '1 saved reset to redeem',
  ])
  expect(describeWindows(undefined)).toEqual([])
})

/** An account that may be used up to half of its five hours. */
function know(usedPercent: number) {
  const ceiling = {limit: 'codex', windowSeconds: FIVE_HOURS, maxUsedPercent: 50}
  return {
    account: ACCOUNT,
    preference: {priority: 0, isPaused: false, ceilings: [ceiling]},
    usage: createUsage({windows: [createWindow({usedPercent})]}),
  }
}

test('an account above its ceiling says so, because it does not answer', () => {
  expect(describeState(know(51), LOG_IN_AGAIN)).toMatch(
    /^is above its ceiling of 50 % until .+: 51 % of the 5 h limit is used$/,
  )
  expect(findBlock(know(51))).toMatchObject({kind: 'above-ceiling'})
})

test('an account below its ceiling is logged in', () => {
  expect(describeState(know(49), LOG_IN_AGAIN)).toBe('is logged in')
  expect(findBlock(know(49))).toBeUndefined()
})
