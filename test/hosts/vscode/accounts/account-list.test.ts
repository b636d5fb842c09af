import {expect, test} from 'vitest'
import type {Account} from '../../../../src/accounts/account.ts'
import {
  describeAccount,
  listAccounts,
  toPercentLeft,
} from '../../../../src/hosts/vscode/accounts/account-list.ts'
import {createAccountMemory} from '../../../../src/storage/account-memory.ts'
import {toLocalTime} from '../../../../src/base/local-time.ts'
import {ACCOUNT, NOW_MS} from '../../../support/engine/create-backend.ts'
import {createRest} from '../../../support/accounts/create-rest.ts'
import {createReading, createUsage, createWindow} from '../../../support/accounts/create-usage.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../../support/memory/memory-storage.ts'

const ADA = ACCOUNT
const BOB: Account = {...ACCOUNT, id: 'user-2:account-2', email: 'bob@example.com'}
const PREFERENCE = {priority: 0, isPaused: false, ceilings: []}
const RESET_MS = NOW_MS + 3_600_000

function createMemory(storage = createMemoryStorage()) {
  return createAccountMemory({storage, now: () => NOW_MS, log: createMemoryLog().log})
}

test('the account that the user prefers comes first, and all that is known is there', async () => {
  const memory = createMemory()
  memory.preferences.prefer(BOB.id)
  memory.usage.update(ADA.id, createReading({}, {usedPercent: 12}))
  memory.rests.note(BOB.id, {untilMs: RESET_MS})
  const store = createMemoryAccountStore(ADA, BOB)
  expect(await listAccounts({store, memory})).toEqual([
    {
      account: BOB,
      preference: PREFERENCE,
      usage: undefined,
      rest: createRest(RESET_MS),
    },
    {
      account: ADA,
      preference: PREFERENCE,
      usage: {takenAtMs: NOW_MS, windows: [createWindow({usedPercent: 12})]},
      rest: undefined,
    },
  ])
})

test('what was kept over a restart is waited for', async () => {
  const storage = createMemoryStorage()
  const before = createMemory(storage)
  await before.load()
  before.preferences.prefer(BOB.id)
  await before.flush()
  const store = createMemoryAccountStore(ADA, BOB)
  const [first] = await listAccounts({store, memory: createMemory(storage)})
  expect(first?.account.id).toBe(BOB.id)
})

test('a preferred account that is gone changes no order', async () => {
  const memory = createMemory()
  memory.preferences.prefer('user-9:account-9')
  const store = createMemoryAccountStore(ADA, BOB)
  const accounts = await listAccounts({store, memory})
  expect(accounts.map(({account}) => account.id)).toEqual([ADA.id, BOB.id])
})

test('an account is described by its state and its limits, in the words of this editor', () => {
  const loginRequired = {reason: 'expired', sinceMs: NOW_MS} as const
  const usage = createUsage({resetCredits: 1})
  expect(describeAccount({account: ADA, preference: PREFERENCE, usage})).toBe(
    `ada@example.com (ChatGPT Plus) is logged in; 90 % left of the 5 h limit, resets on ${toLocalTime(RESET_MS)}; 1 saved reset to redeem`,
  )
  expect(describeAccount({account: {...BOB, loginRequired}, preference: PREFERENCE})).toBe(
    `bob@example.com (ChatGPT Plus) needs a new login since ${toLocalTime(NOW_MS)}: run “Codex: Log In”`,
  )
})

test('a login without a refresh token says until when it works', () => {
  const account = {...ADA, tokens: {...ADA.tokens, refreshToken: '', expiresAtMs: RESET_MS}}
  expect(describeAccount({account, preference: PREFERENCE})).toBe(
    `ada@example.com (ChatGPT Plus) is logged in until ${toLocalTime(RESET_MS)}, and cannot be renewed`,
  )
})

test('a login without a refresh token that is past its time is not logged in', async () => {
  const tokens = {...ADA.tokens, refreshToken: '', expiresAtMs: NOW_MS - 1}
  const store = createMemoryAccountStore({...ADA, tokens})
  const [known] = await listAccounts({store, memory: createMemory()})
  expect(describeAccount(known!)).toContain(`needs a new login since ${toLocalTime(NOW_MS - 1)}`)
})

test('what is left is that of the fullest limit; nothing during a rest; unknown without any', () => {
  const known = {account: ADA, preference: PREFERENCE}
  const windows = [createWindow({usedPercent: 12}), createWindow({usedPercent: 33.4})]
  expect(toPercentLeft({...known, usage: createUsage({windows})})).toBe(67)
  expect(toPercentLeft({...known, rest: createRest(RESET_MS)})).toBe(0)
  const rejected = createRest(RESET_MS, {reason: 'rejected'})
  expect(toPercentLeft({...known, rest: rejected})).toBe(undefined)
  expect(toPercentLeft(known)).toBe(undefined)
  expect(toPercentLeft({...known, usage: createUsage({windows: []})})).toBe(undefined)
})
