import {expect, test} from 'vitest'
import {createCodexFetch} from '../support/engine/create-codex-fetch.ts'
import {createOpenAiFetch} from '../../src/dialects/create-openai-fetch.ts'
import {ACCOUNT, createBackend} from '../support/engine/create-backend.ts'

const BOB = {
  ...ACCOUNT,
  id: 'user-2:account-2',
  chatgptAccountId: 'account-2',
  email: 'bob@example.com',
  tokens: {...ACCOUNT.tokens, accessToken: 'at-2', refreshToken: 'rt-2'},
}

const ANSWER = [
  'data: {"type":"response.output_text.delta","delta":"Hello"}\n\n',
  'data: {"type":"response.completed","response":{"id":"resp_1","output":[]}}\n\n',
].join('')

function toEvents(...events: readonly object[]): Response {
  return new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
}

function fail(error: object): Response {
  return toEvents({type: 'response.created'}, {type: 'response.failed', response: {error}})
}

/** Answers as told with the first access token of Ada, and well with every other one. */
function start(refuse: () => Response, accounts = [ACCOUNT, BOB]) {
  const calls: string[] = []
  const waits: number[] = []
  const backend = createBackend(async (input, init) => {
    const {headers, url} = new Request(input, init)
    if (url.startsWith('https://auth.example')) {
      calls.push('refresh')
      return Response.json({access_token: 'at-new', refresh_token: 'rt-new', expires_in: 3600})
    }
    const token = headers.get('authorization')?.replace('Bearer ', '') ?? ''
    calls.push(token)
    return token === 'at-1' ? refuse() : new Response(ANSWER)
  }, accounts)
  const timed = {
    ...backend,
    delay: async (milliseconds: number) => void waits.push(milliseconds),
  }
  const ask = async (stream = true) =>
    createCodexFetch(timed)('https://x.example/responses', {
      method: 'POST',
      body: JSON.stringify({model: 'gpt-5.5', input: 'hi', stream}),
    })
  return {ask, backend: timed, calls, waits}
}

test.each([
  () => fail({code: 'token_invalidated', message: 'x'}),
  () => toEvents({type: 'error', code: 'token_expired', message: 'x'}),
  () => toEvents({type: 'error', status: 401, error: {message: 'x'}}),
  () => toEvents({type: 'error', code: '401', message: 'x'}),
  () => toEvents({type: 'error', error: {message: 'Unauthorized'}}),
  () => fail({message: 'Your authentication token has been invalidated. Please sign in again.'}),
  () => Response.json({detail: 'Unauthorized'}, {status: 401}),
  () => Response.json({error: {code: 'token_expired'}}, {status: 403}),
  () => Response.json({error: {code: 'token_revoked'}}, {status: 500}),
])(
  'a rejected token is renewed and the request sent again, however it is said (%#)',
  async (refuse) => {
    const {ask, calls, waits} = start(refuse, [ACCOUNT])

    const answer = await ask()

    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Hello')
    expect(calls).toEqual(['at-1', 'refresh', 'at-new'])
    expect(waits).toEqual([])
  },
)

test.each([
  ['inside an answer', () => fail({code: 'account_deactivated', message: 'x'})],
  ['inside an answer by its words', () => fail({message: 'Your account has been deactivated.'})],
  ['as a workspace', () => fail({code: 'deactivated_workspace'})],
  ['as a 402', () => Response.json({detail: {code: 'deactivated_workspace'}}, {status: 402})],
  ['as a 401', () => Response.json({error: {code: 'account_deactivated'}}, {status: 401})],
  ['by its words', () => Response.json({detail: 'This account is deactivated'}, {status: 401})],
  ['as a busy server', () => Response.json({error: {code: 'account_disabled'}}, {status: 503})],
  ['as flagged', () => Response.json({detail: 'Your account was flagged'}, {status: 403})],
  [
    'in a header',
    () =>
      Response.json(
        {detail: 'Unauthorized'},
        {status: 401, headers: {'x-openai-authorization-error': 'account_deactivated'}},
      ),
  ],
  ['by its plan', () => Response.json({error: {type: 'usage_not_included'}}, {status: 429})],
  ['by its plan, inside an answer', () => fail({code: 'usage_not_included'})],
  ['by its quota', () => Response.json({error: {code: 'insufficient_quota'}}, {status: 500})],
  ['by its limit, inside an answer', () => fail({code: 'usage_limit_reached'})],
  [
    'for its model',
    () =>
      Response.json(
        {detail: "The 'gpt-5.5' model is not supported when using Codex with a ChatGPT account."},
        {status: 400},
      ),
  ],
])(
  'an account that is refused %s is asked once, without a refresh, and the next one answers',
  async (_, refuse) => {
    const {ask, calls, waits} = start(refuse)

    const answer = await ask()

    expect(await answer.text()).toContain('Hello')
    expect(calls).toEqual(['at-1', 'at-2'])
    expect(waits).toEqual([])
  },
)

test.each(['cyber_policy', 'bio_policy', 'invalid_prompt', 'content_policy_violation'])(
  'what is refused as %s is not sent to another account, nor twice',
  async (code) => {
    for (const refuse of [
      () => fail({code, message: 'No.'}),
      () => Response.json({error: {code, message: 'No.'}}, {status: 503}),
    ]) {
      const {ask, calls} = start(refuse)
      const answer = await ask()

      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({error: {code}})
      expect(calls).toEqual(['at-1'])
    }
  },
)

test.each([
  {type: 'invalid_request_error', message: 'No.'},
  {code: 'unsupported_value', message: 'No.'},
  {code: 'image_parse_error', message: 'No.'},
  {code: 'item_not_found', message: 'No.'},
])('what is wrong with the request is not sent again: %j', async (error) => {
  const {ask, calls} = start(() => fail(error))

  const answer = await ask()

  expect(answer.status).toBe(400)
  expect(calls).toEqual(['at-1'])
})

test('a model that the only account may not use is asked for once', async () => {
  const detail = "The 'gpt-5.5' model is not supported when using Codex with a ChatGPT account."
  const {ask, calls} = start(() => Response.json({detail}, {status: 400}), [ACCOUNT])

  const answer = await ask()

  expect(answer.status).toBe(400)
  expect(calls).toEqual(['at-1'])
})

test.each([
  {'retry-after': '0'},
  {'retry-after': '-5'},
  {'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT'},
  {'retry-after-ms': '0'},
])('there is a pause between tries whatever the server says: %j', async (headers) => {
  const {ask, calls, waits} = start(() => new Response('', {status: 429, headers}), [ACCOUNT])

  await ask()

  expect(calls).toHaveLength(5)
  expect(waits).toEqual([200, 400, 800, 1600])
})

function refuseFor20Minutes(): Response {
  return Response.json({detail: 'Slow down. Try again in 20m.'}, {status: 429})
}

test('a wait that is too long to sit through is told in the sentence, a header and a field', async () => {
  const {ask, backend, calls} = start(refuseFor20Minutes, [ACCOUNT])
  const chatFetch = createOpenAiFetch(backend, {listModels: () => []})
  const body = JSON.stringify({model: 'gpt-5.5', messages: [{role: 'user', content: 'hi'}]})

  const answers = [
    await ask(true),
    await ask(false),
    await chatFetch('https://x.example/chat/completions', {method: 'POST', body}),
  ]

  for (const answer of answers) {
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe('1200')
    expect(await answer.json()).toMatchObject({
      error: {
        message: 'Too many requests at once. Try again in 20 minutes.',
        retry_after: 1200,
      },
    })
  }
  expect(calls).toEqual(['at-1', 'at-1', 'at-1'])
})

test("the ids that OpenAI's support asks for reach the caller of an answer, and the log", async () => {
  const headers = {'x-request-id': 'req_1', 'cf-ray': 'ray-1'}
  const {ask, backend} = start(() => new Response(ANSWER, {headers}), [ACCOUNT])

  const answers = [await ask(true), await ask(false)]

  for (const answer of answers) expect(Object.fromEntries(answer.headers)).toMatchObject(headers)
  expect(backend.lines).toContain(
    'debug The backend answers {"x-request-id":"req_1","cf-ray":"ray-1"}',
  )
})

test('a limit that an answer ends with is told until the windows in its headers are empty', async () => {
  const headers = {
    'x-codex-primary-used-percent': '100',
    'x-codex-primary-window-minutes': '10080',
    'x-codex-primary-reset-after-seconds': '360000',
  }
  const {ask} = start(
    () => new Response(fail({code: 'usage_limit_reached'}).body, {headers}),
    [ACCOUNT],
  )

  const answer = await ask()

  expect(answer.headers.get('retry-after')).toBe('Tue, 24 Nov 2026 16:00:00 GMT')
})
