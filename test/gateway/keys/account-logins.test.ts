import {expect, test} from 'vitest'
import {toAccount} from '../../../src/accounts/account.ts'
import {AccountLogins} from '../../../src/gateway/keys/account-logins.ts'
import {buildLogin, type LoginOptions} from '../../support/accounts/build-login.ts'

const ADA: LoginOptions = {user: 'ada'}
const ACCOUNTS = [toAccount(buildLogin(ADA)), toAccount(buildLogin({user: 'bob'}))]

/** Asks nobody but a backend that answers as it is told. */
function createLogins(answer: boolean | undefined) {
  const state = {asked: [] as string[], nowMs: 1_900_000_000_000}
  const logins = new AccountLogins({
    listAccounts: async () => ACCOUNTS,
    async askWhetherItWorks({email}) {
      state.asked.push(email ?? '')
      return answer
    },
    now: () => state.nowMs,
  })
  const isKnown = (login: LoginOptions) => logins.isKnown(buildLogin(login).accessToken)
  return {state, isKnown, logins}
}

test('a token that the gateway has itself is known without a question', async () => {
  const {isKnown, state} = createLogins(false)

  expect(await isKnown(ADA)).toBe(true)
  expect(await isKnown({user: 'bob'})).toBe(true)
  expect(state.asked).toEqual([])
})

test('another login of the same account is known once the backend says that it works', async () => {
  const {isKnown, state} = createLogins(true)
  const own = {...ADA, serial: 2}

  expect(await Promise.all([isKnown(own), isKnown(own)])).toEqual([true, true])
  expect(await isKnown(own)).toBe(true)
  expect(state.asked).toEqual(['ada@example.com'])

  state.nowMs += 3_600_000
  expect(await isKnown(own)).toBe(true)
  expect(state.asked).toHaveLength(2)
})

test('whoever only writes down whose token it is opens nothing', async () => {
  const {isKnown, state} = createLogins(false)
  const forged = {...ADA, serial: 3}

  expect(await isKnown(forged)).toBe(false)
  expect(await isKnown(forged)).toBe(false)
  expect(state.asked).toHaveLength(1)

  state.nowMs += 60_000
  expect(await isKnown(forged)).toBe(false)
  expect(state.asked).toHaveLength(2)
})

test('without an answer nobody is known, and the next request asks again', async () => {
  const {isKnown, state} = createLogins(undefined)
  const own = {...ADA, serial: 2}

  expect(await isKnown(own)).toBe(false)
  expect(await isKnown(own)).toBe(false)
  expect(state.asked).toHaveLength(2)
})

test.each([
  ['a user who is none of the accounts', {user: 'eve'}],
  ['another workspace of the same user', {user: 'ada', workspace: 'other'}],
  ['a token that has expired', {user: 'ada', serial: 2, exp: 1_800_000_000}],
])('%s is not known, and nobody is asked', async (_, login) => {
  const {isKnown, state} = createLogins(true)

  expect(await isKnown(login)).toBe(false)
  expect(state.asked).toEqual([])
})

test('what is no token is not known', async () => {
  const {logins} = createLogins(true)

  expect(await logins.isKnown('a.b.c')).toBe(false)
  expect(await logins.isKnown('')).toBe(false)
})
