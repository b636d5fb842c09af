import {expect, test} from 'vitest'
import type {ChoiceReason} from '../../../src/accounts/choice/choice-reason.ts'
import {describeReason, toReasonHeaders} from '../../../src/gateway/reasons/describe-reason.ts'

const SPENT = {
  accountId: 'a',
  label: 'ada@example.com',
  cause: 'usage_limit',
  untilMs: Date.UTC(2026, 10, 20, 17),
} as const

const WENT_OVER: ChoiceReason = {
  kind: 'went-over',
  accountId: 'b',
  label: 'zoë"@example.com',
  from: SPENT,
  passedOver: [SPENT, {accountId: 'c', label: 'cid', cause: 'paused'}],
}

test('a switch names whom it left, why and until when, and what was the matter with the others', () => {
  expect(describeReason(WENT_OVER)).toMatch(
    /^zoë"@example.com answered: ada@example.com has reached its ChatGPT usage limit, and rests until Nov 20, 2026.*\. cid is paused\.$/,
  )
})

test('the header of a switch is one that programs can read, whatever the accounts are called', () => {
  expect(toReasonHeaders(WENT_OVER)).toEqual({
    'x-cao-reason':
      'went-over; from="ada@example.com"; cause=usage_limit; until="2026-11-20T17:00:00.000Z"',
    'x-cao-account': 'zo?"@example.com',
  })
})

test.each<[ChoiceReason, string, string]>([
  [
    {kind: 'most-left', label: 'work', leftPercent: 61.6, passedOver: []},
    'work answered: it has the most left (62 %).',
    'most-left; left=62',
  ],
  [
    {kind: 'stays', label: 'work', passedOver: []},
    'work answered: the conversation stays with it.',
    'stays',
  ],
  [
    {kind: 'nobody', passedOver: [{accountId: 'c', label: 'cid', cause: 'paused'}]},
    'Nobody answered. cid is paused.',
    'nobody',
  ],
])('%o reads well', (reason, sentence, header) => {
  expect(describeReason(reason)).toBe(sentence)
  expect(toReasonHeaders(reason)['x-cao-reason']).toBe(header)
})
