import nock from 'nock'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {fetchUsage} from '../../../src/accounts/usage/fetch-usage.ts'

const BACKEND = 'https://backend.example'
const options = {
  url: `${BACKEND}/backend-api`,
  accessTokens: {get: async () => 'at-1', renew: async () => 'at-2'},
  userAgent: 'codex_cli_rs/0.0.0 (test)',
  fetch,
  now: () => 0,
}
const account = {id: 'ada:account-1', chatgptAccountId: 'account-1'}
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
    kind: 'usage',
    reading: {windows: [], limitReached: false, source: 'usage', takenAtMs: 0, askedAtMs: 0},
  })
})

test('names no account that the login does not name', async () => {
  nock(BACKEND, {badheaders: ['chatgpt-account-id']})
    .get('/backend-api/wham/usage')
    .reply(200, usage)

  expect(await fetchUsage({id: 'ada'}, options)).toMatchObject({reading: {source: 'usage'}})
})

test('asks at the second address when the first one refuses every token', async () => {
  nock(BACKEND)
    .get('/backend-api/wham/usage')
    .reply(403, '<html>')
    .get('/backend-api/codex/usage')
    .reply(200, usage)

  expect(await fetchUsage(account, options)).toMatchObject({reading: {limitReached: false}})
})

test('when nobody says, nothing is known, and nothing is thrown', async () => {
  nock(BACKEND)
    .get('/backend-api/wham/usage')
    .replyWithError('reset')
    .get('/backend-api/codex/usage')
    .reply(500)

  expect(await fetchUsage(account, options)).toEqual({kind: 'failed'})
})

test('who has stopped asking is not asked for', async () => {
  const stopped = {...options, signal: AbortSignal.abort()}

  expect(await fetchUsage(account, stopped)).toEqual({kind: 'failed'})
})

test('a rejected access token is refreshed once, and the question asked again', async () => {
  nock(BACKEND, {reqheaders: {authorization: 'Bearer at-1'}})
    .get('/backend-api/wham/usage')
    .reply(401)
    .get('/backend-api/codex/usage')
    .reply(404)
  nock(BACKEND, {reqheaders: {authorization: 'Bearer at-2'}})
    .get('/backend-api/wham/usage')
    .reply(200, usage)

  expect(await fetchUsage(account, options)).toMatchObject({reading: {limitReached: false}})
})

test.each([
  ['a token that is rejected although it is new', 'at-2', 2],
  ['a token that has only just come from a refresh', 'at-1', 1],
])('says so of %s', async (_name, renewed, times) => {
  nock(BACKEND).get('/backend-api/wham/usage').times(times).reply(401)
  nock(BACKEND).get('/backend-api/codex/usage').times(times).reply(401)
  const accessTokens = {...options.accessTokens, renew: async () => renewed}

  expect(await fetchUsage(account, {...options, accessTokens})).toEqual({kind: 'rejected'})
})

test('a failure has the status of the first address', async () => {
  nock(BACKEND).get('/backend-api/wham/usage').reply(503).get('/backend-api/codex/usage').reply(404)

  expect(await fetchUsage(account, options)).toEqual({kind: 'failed', status: 503})
})
