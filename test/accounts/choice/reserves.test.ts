import {expect, test} from 'vitest'
import type {AccountChoice} from '../../../src/accounts/choice/account-choice.ts'
import type {FindReserve} from '../../../src/accounts/choice/account-verdict.ts'
import {AccountUnavailableError} from '../../../src/errors.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {
  createAccount,
  createLimitError,
  HOUR_MS,
  startPool,
  WEEK_SECONDS,
} from '../../support/accounts/start-pool.ts'

/** Keeps a fifth of the week of account `a` from the requests that are asked with it. */
const keepFifth: FindReserve = ({id}, usage) => {
  const usedPercent = usage?.windows[0]?.usedPercent ?? 0
  if (id !== 'a' || usedPercent < 80) return undefined
  const window = {limit: 'codex', windowSeconds: WEEK_SECONDS}
  return {...window, usedPercent, mayUsePercent: 80, isPace: false, untilMs: NOW_MS + HOUR_MS}
}

function start() {
  const story = startPool([createAccount('a'), createAccount('b')])
  story.setUsed('a', 85)
  const choices: AccountChoice[] = []
  const askAs = (findReserve: FindReserve | undefined) =>
    story.pool.run(
      'conversation',
      async ({account: {id}}) => {
        const failure = story.failures[id]
        if (failure) throw failure
        return id
      },
      {...(findReserve && {findReserve}), onChoice: (choice) => void choices.push(choice)},
    )
  return {...story, askAs, choices}
}

test('what is kept from one request, another one still gets', async () => {
  const {askAs} = start()

  expect(await askAs(undefined)).toBe('a')
  expect(await askAs(keepFifth)).toBe('b')
})

test('the choice says what is kept, with which account the conversation was, and who answers', async () => {
  const {askAs, choices, why} = start()
  await askAs(undefined)

  await askAs(keepFifth)

  expect(choices.at(-1)).toMatchObject({
    lastId: 'a',
    answeredBy: 'b',
    candidates: [
      {accountId: 'a', verdict: {kind: 'reserve-kept', usedPercent: 85, mayUsePercent: 80}},
      {accountId: 'b', verdict: {kind: 'first-in-order'}},
    ],
  })
  expect(why()?.[0]).toMatch(
    /^a@example.com keeps 20 % in reserve: 85 % of the weekly limit is used, until Nov 20, 2026/,
  )
})

test('keeping a reserve is no limit that was reached: nobody is told of a switch', async () => {
  const {askAs, rests, switches} = start()
  await askAs(undefined)

  await askAs(keepFifth)

  expect(switches).toEqual([])
  expect(rests.get('a')).toBeUndefined()
})

test('where only a reserve is left, the error says so and until when, and not that all is used up', async () => {
  const {askAs, failures} = start()
  failures['b'] = createLimitError(NOW_MS + 2 * HOUR_MS)

  const error = await askAs(keepFifth).catch((reason: unknown) => reason)

  expect(error).toBeInstanceOf(AccountUnavailableError)
  expect(error).toMatchObject({resetsAtMs: NOW_MS + HOUR_MS})
  expect(String(error)).toMatch(
    /No ChatGPT account may be used for this request now: a@example.com keeps 20 % in reserve: .*; b@example.com rests until .* \(usage limit\)\.$/,
  )
})

test('a failure in the choice says until when the account rests', async () => {
  const {askAs, choices, failures} = start()
  failures['a'] = createLimitError(NOW_MS + 2 * HOUR_MS)

  await askAs(undefined)

  expect(choices[0]?.failures).toEqual([
    {
      accountId: 'a',
      code: 'ERR_USAGE_LIMIT_REACHED',
      reason: 'usage_limit',
      untilMs: NOW_MS + 2 * HOUR_MS,
    },
  ])
})
