import nock from 'nock'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fetchUsage} from '../../src/accounts/fetch-usage.ts'

const BACKEND = 'https://backend.example'
const options = {
  url: `${BACKEND}/backend-api`,
  accessToken: 'at-1',
  userAgent: 'codex_cli_rs/0.0.0 (test)',
  fetch,
  now: () => 0,
}
const account = {chatgptAccountId: 'account-1'}
const usage = {rate_limit: {limit_reached: false}}

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([])
  nock.cleanAll()
  nock.enableNetConnect()
})

test('asks as the account', async () => {
  const headers = {authorization: 'Bearer at-1', 'chatgpt-account-id': 'account-1'}
  nock(BACKEND, {reqheaders: headers}).get('/backend-api/wham/usage').reply(200, usage)

  expect(await fetchUsage(account, options)).toEqual({
    windows: [],
    limitReached: false,
    source: 'usage',
    takenAtMs: 0,
    askedAtMs: 0,
  })
})

test('names no account that the login does not name', async () => {
  nock(BACKEND, {badheaders: ['chatgpt-account-id']})
    .get('/backend-api/wham/usage')
    .reply(200, usage)

  expect(await fetchUsage({}, options)).toMatchObject({source: 'usage'})
})

test('asks at the second address when the first one refuses every token', async () => {
  nock(BACKEND)
    .get('/backend-api/wham/usage')
    .reply(403, '<html>')
    .get('/backend-api/codex/usage')
    .reply(200, usage)

  expect(await fetchUsage(account, options)).toMatchObject({limitReached: false})
})

test('when nobody says, nothing is known, and nothing is thrown', async () => {
  nock(BACKEND)
    .get('/backend-api/wham/usage')
    .replyWithError('reset')
    .get('/backend-api/codex/usage')
    .reply(500)

  expect(await fetchUsage(account, options)).toBeUndefined()
})

test('who has stopped asking is not asked for', async () => {
  const stopped = {...options, signal: AbortSignal.abort()}

  expect(await fetchUsage(account, stopped)).toBeUndefined()
})
