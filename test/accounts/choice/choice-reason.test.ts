import {expect, test} from 'vitest'
import type {AccountChoice} from '../../../src/accounts/choice/account-choice.ts'
import type {AccountVerdict} from '../../../src/accounts/choice/account-verdict.ts'
import {toChoiceReason} from '../../../src/accounts/choice/choice-reason.ts'
import {createRest} from '../../support/accounts/create-rest.ts'

const UNTIL_MS = Date.UTC(2026, 10, 20, 17)
const WINDOW = {limit: 'codex', windowSeconds: 604_800, usedPercent: 85}

const SPENT: AccountVerdict = {kind: 'rests', ...createRest(UNTIL_MS)}
const KEPT: AccountVerdict = {
  kind: 'reserve-kept',
  ...WINDOW,
  mayUsePercent: 80,
  isPace: false,
  untilMs: UNTIL_MS,
}

function choose(
  verdicts: Readonly<Record<string, AccountVerdict>>,
  fields: Partial<AccountChoice> = {},
): AccountChoice {
  const candidates = Object.entries(verdicts).map(([id, verdict]) => {
    return {accountId: id, label: `${id}@example.com`, verdict}
  })
  return {atMs: 0, strategy: 'order', candidates, failures: [], ...fields}
}

const first = {kind: 'first-in-order'} as const
const later = {kind: 'later-in-order'} as const

test.each<[string, AccountChoice, object]>([
  [
    'the only account',
    choose({a: first}, {answeredBy: 'a'}),
    {kind: 'only', label: 'a@example.com'},
  ],
  ['the order', choose({a: first, b: later}, {answeredBy: 'a'}), {kind: 'first-in-order'}],
  [
    'the most left',
    choose(
      {a: {kind: 'less-left', leftPercent: 10}, b: {kind: 'most-left', leftPercent: 60}},
      {answeredBy: 'b'},
    ),
    {kind: 'most-left', leftPercent: 60},
  ],
  [
    'a conversation that stays, although it could not be elsewhere',
    choose({a: {kind: 'stays'}, b: SPENT}, {answeredBy: 'a', lastId: 'a'}),
    {kind: 'stays'},
  ],
  [
    'a new conversation that only one account can answer',
    choose({a: SPENT, b: first}, {answeredBy: 'b'}),
    {
      kind: 'only-usable',
      passedOver: [
        {accountId: 'a', label: 'a@example.com', cause: 'usage_limit', untilMs: UNTIL_MS},
      ],
    },
  ],
  [
    'a conversation whose account has reached its limit since',
    choose({a: SPENT, b: first, c: later}, {answeredBy: 'b', lastId: 'a'}),
    {kind: 'went-over', from: {accountId: 'a', cause: 'usage_limit', untilMs: UNTIL_MS}},
  ],
  [
    'a limit that is found while asking',
    choose(
      {a: first, b: later},
      {
        answeredBy: 'b',
        failures: [{accountId: 'a', code: 'ERR_X', reason: 'usage_limit', untilMs: UNTIL_MS}],
      },
    ),
    {kind: 'went-over', from: {label: 'a@example.com', cause: 'usage_limit', untilMs: UNTIL_MS}},
  ],
  [
    'a model that the first account may not use',
    choose({a: first, b: later}, {answeredBy: 'b', failures: [{accountId: 'a', code: 'ERR_X'}]}),
    {kind: 'went-over', from: {cause: 'failed'}},
  ],
  [
    'a reserve that is kept',
    choose({a: KEPT, b: {kind: 'first-in-order'}}, {answeredBy: 'b', lastId: 'a'}),
    {kind: 'went-over', from: {cause: 'reserve', untilMs: UNTIL_MS}},
  ],
  [
    'an account that is back before its time',
    choose({a: SPENT, b: SPENT}, {answeredBy: 'a'}),
    {kind: 'back-first'},
  ],
  ['nobody', choose({a: {kind: 'paused'}}), {kind: 'nobody', passedOver: [{cause: 'paused'}]}],
  [
    'an account that came meanwhile',
    choose({a: first}, {answeredBy: 'b'}),
    {kind: 'only', accountId: 'b'},
  ],
])('the reason can be %s', (_, choice, expected) => {
  expect(toChoiceReason(choice)).toMatchObject(expected)
})
