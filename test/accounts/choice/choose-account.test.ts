import {expect, test} from 'vitest'
import type {AccountPreference} from '../../../src/accounts/account-preferences.ts'
import {chooseAccount, type Candidate} from '../../../src/accounts/choice/choose-account.ts'
import type {Usage, UsageCredits} from '../../../src/accounts/usage/usage.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {createRest} from '../../support/accounts/create-rest.ts'
import {createAccount, HOUR_MS, WEEK_SECONDS} from '../../support/accounts/start-pool.ts'

function createUsage(usedPercent: number, resetsAtMs = NOW_MS + HOUR_MS): Usage {
  const taken = {takenAtMs: NOW_MS, source: 'usage'} as const
  const window = {limit: 'codex', windowSeconds: WEEK_SECONDS, usedPercent, resetsAtMs}
  return {windows: [{...window, ...taken}], takenAtMs: NOW_MS}
}

/** The plan is used up, and credits pay. */
function createPaying(credits: Partial<UsageCredits> = {}): Usage {
  return {...createUsage(100), credits: {hasCredits: true, unlimited: false, ...credits}}
}

interface Fields extends Partial<Omit<Candidate, 'preference'>> {
  readonly preference?: Partial<AccountPreference>
}

function createCandidate(id: string, {preference, ...fields}: Fields = {}): Candidate {
  return {
    account: createAccount(id),
    preference: {priority: 0, isPaused: false, ceilings: [], ...preference},
    lastTurn: 0,
    begunSince: 0,
    ...fields,
  }
}

/** The ids in the order in which they are asked, and the kinds of the verdicts. */
function choose(
  candidates: readonly Candidate[],
  context: Partial<Parameters<typeof chooseAccount>[1]> = {},
) {
  const {accounts, verdicts} = chooseAccount(candidates, {
    strategy: 'order',
    nowMs: NOW_MS,
    ...context,
  })
  return {order: accounts.map(({id}) => id).join(' '), kinds: verdicts.map(({kind}) => kind)}
}

test('in order, the first is first', () => {
  expect(choose([createCandidate('a'), createCandidate('b')])).toEqual({
    order: 'a b',
    kinds: ['first-in-order', 'later-in-order'],
  })
})

test('a conversation stays, before the preferred account, priority and strategy', () => {
  const candidates = [
    createCandidate('a'),
    createCandidate('b', {preference: {priority: 2}}),
    createCandidate('c', {preference: {priority: 1}}),
    createCandidate('d'),
  ]

  expect(choose(candidates, {lastId: 'd', preferredId: 'a'})).toEqual({
    order: 'd a b c',
    kinds: ['preferred', 'higher-priority', 'lower-priority', 'stays'],
  })
})

test('the one with the most left is first; unknown counts as half', () => {
  const candidates = [
    createCandidate('a', {usage: createUsage(70)}),
    createCandidate('b'),
    createCandidate('c', {usage: createUsage(20)}),
  ]

  expect(choose(candidates, {strategy: 'most-left'})).toEqual({
    order: 'c b a',
    kinds: ['less-left', 'less-left', 'most-left'],
  })
})

test.each([
  ['five points more are not worth a change', 15, 'a b'],
  ['six points are', 14, 'b a'],
])('the most left: %s', (_name, usedPercent, order) => {
  const candidates = [
    createCandidate('a', {usage: createUsage(20), lastTurn: 3}),
    createCandidate('b', {usage: createUsage(usedPercent), lastTurn: 2}),
  ]

  expect(choose(candidates, {strategy: 'most-left'}).order).toBe(order)
})

test('conversations that have just begun count, until the next reading knows better', () => {
  const candidates = [
    createCandidate('a', {usage: createUsage(20), begunSince: 11}),
    createCandidate('b', {usage: createUsage(30)}),
  ]

  expect(choose(candidates, {strategy: 'most-left'}).order).toBe('b a')
})

test('a limit for single models says nothing about what is left', () => {
  const usage = createUsage(20)
  const [window] = usage.windows
  const spark = {...window!, limit: 'GPT-5.3-Codex-Spark', usedPercent: 100}
  const candidates = [
    createCandidate('a', {usage: {...usage, windows: [...usage.windows, spark]}}),
    createCandidate('b', {usage: createUsage(40)}),
  ]

  expect(choose(candidates, {strategy: 'most-left'}).order).toBe('a b')
})

test('a window that has reset is empty', () => {
  const candidates = [
    createCandidate('a', {usage: createUsage(30)}),
    createCandidate('b', {usage: createUsage(90, NOW_MS)}),
  ]

  expect(choose(candidates, {strategy: 'most-left'}).order).toBe('b a')
})

test('in turn, the one whose last conversation began first is next', () => {
  const candidates = [
    createCandidate('a', {lastTurn: 5}),
    createCandidate('b', {lastTurn: 3}),
    createCandidate('c', {lastTurn: 4}),
  ]

  expect(choose(candidates, {strategy: 'round-robin'})).toEqual({
    order: 'b c a',
    kinds: ['later-in-turn', 'next-in-turn', 'later-in-turn'],
  })
})

const CEILING = {limit: 'codex', windowSeconds: WEEK_SECONDS, maxUsedPercent: 80}

test.each<[string, Fields]>([
  ['paused', {preference: {isPaused: true}}],
  ['above-ceiling', {usage: createUsage(80), preference: {ceilings: [CEILING]}}],
  ['rests', {rest: createRest(NOW_MS + HOUR_MS)}],
  [
    'login-required',
    {account: createAccount('a', {loginRequired: {reason: 'expired', sinceMs: 1}})},
  ],
])('an account is not asked: %s', (kind, fields) => {
  const candidates = [createCandidate('a', fields), createCandidate('b')]

  const {order, kinds} = choose(candidates, {lastId: 'a', preferredId: 'a'})

  expect({order, kind: kinds[0]}).toEqual({order: 'b', kind})
})

test.each<[string, Fields]>([
  ['it is below its ceiling', {usage: createUsage(79), preference: {ceilings: [CEILING]}}],
  [
    'the ceiling is for another window',
    {usage: createUsage(90), preference: {ceilings: [{...CEILING, windowSeconds: 18_000}]}},
  ],
  ['nothing is known about it', {preference: {ceilings: [CEILING]}}],
  ['it has credits without end', {usage: createPaying({unlimited: true})}],
])('an account is asked: %s', (_name, fields) => {
  expect(choose([createCandidate('a', fields), createCandidate('b')]).order).toBe('a b')
})

test('free quota is used before credits, also by a conversation that has begun', () => {
  const candidates = [createCandidate('a', {usage: createPaying()}), createCandidate('b')]
  const expected = {order: 'b a', kinds: ['would-pay', 'first-in-order']}

  expect(choose(candidates)).toEqual(expected)
  expect(choose(candidates, {lastId: 'a'})).toEqual(expected)
  expect(choose(candidates, {lastId: 'b'}).order).toBe('b a')
})

test.each<[string, Fields, Partial<Parameters<typeof chooseAccount>[1]>]>([
  ['prefers it', {}, {preferredId: 'a'}],
  ['gave it a higher priority', {preference: {priority: 1}}, {}],
])('credits are used before free quota where the user %s', (_name, fields, context) => {
  const candidates = [
    createCandidate('a', {usage: createPaying(), ...fields}),
    createCandidate('b'),
  ]

  expect(choose(candidates, context).order).toBe('a b')
})

test('where every account would pay, a conversation stays and the others keep their order', () => {
  const paying = {usage: createPaying()}
  const candidates = ['a', 'b', 'c'].map((id) => createCandidate(id, paying))

  expect(choose(candidates, {lastId: 'b'})).toEqual({
    order: 'b a c',
    kinds: ['first-in-order', 'stays', 'later-in-order'],
  })
})
