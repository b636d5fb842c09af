import {expect, test} from 'vitest'
import {findSpentBudget, toOwner, toPeriod} from '../../../src/gateway/budgets/find-spent-budget.ts'
import type {Budget} from '../../../src/gateway/rules/rules.ts'

// A Friday.
const NOW_MS = +new Date(2026, 10, 20, 12)

/** Two keys of Ada and one of Bob, which have used this since the beginning of any period. */
const USED: Readonly<Record<string, number>> = {'laptop@ada': 6, 'phone@ada': 4, bob: 3}

function find(budget: Budget, clientName: string) {
  const asked: number[] = []
  const sum = (
    sinceMs: number,
    isWanted: (client: {id: string; label: string}) => boolean = () => true,
  ) => {
    asked.push(sinceMs)
    const requests = Object.entries(USED)
      .filter(([label]) => isWanted({id: label, label}))
      .reduce((all, [, count]) => all + count, 0)
    return {requests, input: requests * 900, output: requests * 100, paidTokens: 0}
  }
  return {spent: findSpentBudget([budget], {clientName, nowMs: NOW_MS}, {sum}), asked}
}

test('all keys of an owner count together', () => {
  expect(find({owner: 'ada', per: 'day', requests: 10}, 'laptop@ada').spent).toEqual({
    message: expect.stringMatching(
      /^ada may use 10 requests a day, and that is used up until Nov 21, 2026/,
    ) as string,
    untilMs: +new Date(2026, 10, 21),
  })
  expect(find({owner: 'ada', per: 'day', requests: 11}, 'laptop@ada').spent).toBeUndefined()
  expect(find({owner: 'ada', per: 'day', requests: 1}, 'bob').spent).toBeUndefined()
})

test('tokens count as they came and as they went', () => {
  expect(find({owner: 'bob', per: 'month', tokens: 3000}, 'bob').spent?.message).toContain(
    '3000 tokens a month',
  )
  expect(find({owner: 'bob', per: 'month', tokens: 3001}, 'bob').spent).toBeUndefined()
})

test.each([
  ['day', new Date(2026, 10, 20), new Date(2026, 10, 21)],
  ['week', new Date(2026, 10, 16), new Date(2026, 10, 23)],
  ['month', new Date(2026, 10, 1), new Date(2026, 11, 1)],
] as const)('a %s begins where users expect it', (per, start, end) => {
  expect(toPeriod(per, NOW_MS)).toEqual({startMs: +start, endMs: +end})
})

test('the owner stands behind the last @', () => {
  expect(toOwner('laptop@ada')).toBe('ada')
  expect(toOwner('bob')).toBe('bob')
})
