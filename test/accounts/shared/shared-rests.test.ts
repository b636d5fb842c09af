import {expect, test} from 'vitest'
import {toAccount} from '../../../src/accounts/account.ts'
import type {AccountStatus} from '../../../src/accounts/directories/account-status.ts'
import {createAccountRests} from '../../../src/accounts/rests/account-rests.ts'
import {SharedRests} from '../../../src/accounts/shared/shared-rests.ts'
import {createUsageBook} from '../../../src/accounts/usage/usage-book.ts'
import {buildLogin} from '../../support/accounts/build-login.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'

const NOW_MS = 1_800_000_000_000
const UNTIL_MS = NOW_MS + 3_600_000

const now = () => NOW_MS

test('a rest that ends while its own file is read stays ended', async () => {
  const account = toAccount(buildLogin({user: 'ada'}))
  const rests = createAccountRests({now})
  const writes: ((status: AccountStatus) => unknown)[] = []
  const shared = new SharedRests({
    rests,
    usage: createUsageBook({now}),
    statuses: {change: async (_, change) => void writes.push(change)},
    now,
    log: createMemoryLog().log,
    onLifted: () => {},
  })
  const compare = (status: AccountStatus) =>
    shared.compare([{account, name: 'ada', status, home: '/ada'}])
  compare({})

  // Written by us, and read a moment before the end of the rest reaches the file.
  rests.note(account.id, {untilMs: UNTIL_MS})
  compare({})
  const written = writes.at(-1)?.({}) as AccountStatus
  rests.release(account.id)
  compare({})
  compare({...written})

  expect(written).toMatchObject({cooldownUntilMs: UNTIL_MS})
  expect(rests.get(account.id)).toBeUndefined()
  expect(writes.at(-1)?.(written)).toMatchObject({cooldownUntilMs: null})
})

test('a login that another program found refused rests as one, until that program takes it back', () => {
  const account = toAccount(buildLogin({user: 'ada'}))
  const rests = createAccountRests({now})
  const writes: unknown[] = []
  const shared = new SharedRests({
    rests,
    usage: createUsageBook({now}),
    statuses: {change: async (_, change) => void writes.push(change({}))},
    now,
    log: createMemoryLog().log,
    onLifted: () => {},
  })
  const compare = (status: AccountStatus) =>
    shared.compare([{account, name: 'ada', status, home: '/ada'}])
  compare({})

  compare({cooldownUntilMs: UNTIL_MS, lastError: 'auth_failed', lastAttemptAtMs: NOW_MS})
  const rest = rests.get(account.id)
  compare({lastAttemptAtMs: NOW_MS, lastQuotaAtMs: NOW_MS - 1})

  expect(rest).toMatchObject({reason: 'rejected', untilMs: UNTIL_MS})
  expect(rests.get(account.id)).toBeUndefined()
  expect(writes).toEqual([])
})
