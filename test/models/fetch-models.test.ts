import {expect, test} from 'vitest'
import {fetchModels} from '../../src/models/fetch-models.ts'

const MODELS = {models: [{slug: 'gpt-7'}]}

/** Asks a backend that gives one answer, and remembers how it was asked. */
async function ask(answer: Response) {
  const asked: {url: string; headers: Headers; signal: AbortSignal | null | undefined}[] = []
  const caller = new AbortController()
  const outcome = await fetchModels({
    url: 'https://backend.example/backend-api',
    accessToken: 'at-1',
    account: {chatgptAccountId: 'account-1'},
    userAgent: 'codex_cli_rs/0.0.0 (test)',
    signal: caller.signal,
    fetch: async (input, init) => {
      asked.push({
        url: new Request(input).url,
        headers: new Headers(init?.headers),
        signal: init?.signal,
      })
      return answer
    },
  })
  return {outcome, asked, caller}
}

test('the backend is asked as the official client asks it', async () => {
  const {asked, caller} = await ask(Response.json(MODELS))

  expect(asked.map(({url}) => url)).toEqual([
    'https://backend.example/backend-api/codex/models?client_version=0.171.0',
  ])
  expect(Object.fromEntries(asked[0]!.headers)).toEqual({
    accept: 'application/json',
    authorization: 'Bearer at-1',
    'chatgpt-account-id': 'account-1',
    originator: 'codex_cli_rs',
    'user-agent': 'codex_cli_rs/0.0.0 (test)',
    version: '0.171.0',
  })
  expect(asked[0]!.signal?.aborted).toBe(false)
  caller.abort()
  expect(asked[0]!.signal?.aborted).toBe(true)
})

test('a list comes with its tag', async () => {
  const {outcome} = await ask(Response.json(MODELS, {headers: {etag: 'W/"1"'}}))

  expect(outcome).toMatchObject({kind: 'models', list: {models: [{id: 'gpt-7'}], etag: 'W/"1"'}})
})

test('a list without a tag is a list', async () => {
  const {outcome} = await ask(Response.json(MODELS))

  expect(outcome).toMatchObject({kind: 'models', list: {models: [{id: 'gpt-7'}]}})
})

test.each([
  [new Response(null, {status: 304}), 304],
  [new Response('<html></html>'), 200],
  [Response.json({models: []}), 200],
  [Response.json({detail: 'Not now'}, {status: 503}), 503],
  [Response.json(MODELS, {status: 401}), 401],
])('any other answer is no list', async (answer, status) => {
  expect((await ask(answer)).outcome).toEqual({kind: 'failed', status})
})
