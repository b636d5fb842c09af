import {expect, test} from 'vitest'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import {ask, readEvents, startTestSimulator} from '../support/servers/ask-simulator.ts'

const START_MS = Date.parse('2026-11-20T12:00:00Z')
const START_SECONDS = START_MS / 1000

async function control(
  simulator: Simulator,
  method: 'PATCH' | 'POST',
  body: object,
): Promise<Response> {
  return fetch(new URL('/_simulator/accounts', simulator.url), {method, body: JSON.stringify(body)})
}

async function get(simulator: Simulator, path: string): Promise<Response> {
  const {access_token: token} = await simulator.issueTokens()
  return fetch(new URL(path, simulator.url), {headers: {authorization: `Bearer ${token}`}})
}

test('windows fill with use, refuse when they are full, and empty by the clock', async () => {
  let nowMs = START_MS
  const simulator = await startTestSimulator({
    now: () => nowMs,
    accounts: [
      {
        email: 'ada@example.com',
        windows: [
          {minutes: 300, percentPerRequest: 50},
          {minutes: 10_080, percentPerRequest: 5},
        ],
      },
    ],
  })

  const first = await ask(simulator)
  const second = await ask(simulator)
  const third = await ask(simulator)
  nowMs += 300 * 60_000
  const fourth = await ask(simulator)

  expect([first.status, second.status, third.status, fourth.status]).toEqual([200, 200, 429, 200])
  expect(first.headers.get('x-codex-primary-used-percent')).toBe('50')
  expect(first.headers.get('x-codex-primary-window-minutes')).toBe('300')
  expect(first.headers.get('x-codex-primary-reset-at')).toBe(String(START_SECONDS + 18_000))
  expect(third.headers.get('x-codex-rate-limit-reached-type')).toBe('rate_limit_reached')
  expect(await third.json()).toEqual({
    error: {
      type: 'usage_limit_reached',
      message: 'The usage limit has been reached',
      plan_type: 'plus',
      resets_at: START_SECONDS + 18_000,
      eligible_promo: null,
      limit_window_minutes: 300,
      resets_in_seconds: 18_000,
    },
  })
  expect(fourth.headers.get('x-codex-primary-used-percent')).toBe('50')
  expect(fourth.headers.get('x-codex-secondary-used-percent')).toBe('15')
})

test('the window that is full for longer is the one that is told', async () => {
  const simulator = await startTestSimulator()
  simulator.changeAccount('you@example.com', {
    primary: {usedPercent: 100, resetAfterSeconds: 60},
    secondary: {usedPercent: 100, resetAfterSeconds: 7_200},
  })

  const response = await ask(simulator)

  expect(await response.json()).toMatchObject({error: {limit_window_minutes: 10_080}})
})

test('an account may have a weekly window only', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com', windows: [{minutes: 10_080}]}],
  })

  const {headers} = await ask(simulator)

  expect(headers.get('x-codex-primary-window-minutes')).toBe('10080')
  expect(headers.get('x-codex-secondary-window-minutes')).toBe('0')
  expect(headers.get('x-codex-secondary-reset-at')).toBe('')
})

test.each(['/backend-api/wham/usage', '/backend-api/codex/usage'])(
  '%s tells the windows',
  async (path) => {
    const simulator = await startTestSimulator({
      now: () => START_MS,
      accounts: [
        {email: 'ada@example.com', userId: 'user-1', accountId: 'ws-1', windows: [{minutes: 300}]},
      ],
    })
    simulator.changeAccount('ada@example.com', {
      primary: {usedPercent: 12, resetAfterSeconds: 3_600},
    })

    const response = await get(simulator, path)

    expect(await response.json()).toMatchObject({
      user_id: 'user-1',
      account_id: 'ws-1',
      email: 'ada@example.com',
      plan_type: 'plus',
      rate_limit: {
        allowed: true,
        limit_reached: false,
        primary_window: {
          used_percent: 12,
          limit_window_seconds: 18_000,
          reset_after_seconds: 3_600,
          reset_at: START_SECONDS + 3_600,
        },
        secondary_window: null,
      },
    })
  },
)

test('other limits and credits are told in every form', async () => {
  const simulator = await startTestSimulator({
    sendsRateLimitsEvent: 'midway',
    accounts: [
      {
        email: 'ada@example.com',
        credits: {balance: 12.5},
        additionalLimits: [
          {name: 'Spark', id: 'codex_bengalfox', windows: [{minutes: 10_080, usedPercent: 40}]},
        ],
      },
    ],
  })

  const usage = await get(simulator, '/backend-api/wham/usage')
  expect(await usage.json()).toMatchObject({
    additional_rate_limits: [
      {
        limit_name: 'Spark',
        metered_feature: 'codex_bengalfox',
        rate_limit: {primary_window: {used_percent: 40}, secondary_window: null},
      },
    ],
    credits: {has_credits: true, unlimited: false, balance: '12.5'},
  })

  const answer = await ask(simulator)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'x-codex-bengalfox-limit-name': 'Spark',
    'x-codex-bengalfox-primary-used-percent': '40',
    'x-codex-credits-has-credits': 'True',
    'x-codex-credits-balance': '12.5',
  })
  const events = await readEvents(answer)
  const types = events.map(({type}) => type)
  expect(events.find(({type}) => type === 'codex.rate_limits')).toMatchObject({
    additional_rate_limits: {Spark: {primary: {used_percent: 40}}},
  })
  expect(types.indexOf('codex.rate_limits')).toBeGreaterThan(
    types.indexOf('response.output_text.delta'),
  )
})

test('the question for the usage can lag behind', async () => {
  const simulator = await startTestSimulator()
  const account = {email: 'you@example.com'}
  await control(simulator, 'PATCH', {...account, usage: 'lagging', primary: {usedPercent: 50}})

  const lagging = await get(simulator, '/backend-api/wham/usage')
  expect(await lagging.json()).toMatchObject({rate_limit: {primary_window: {used_percent: 0}}})
  await control(simulator, 'PATCH', {...account, usage: 'live'})

  const live = await get(simulator, '/backend-api/wham/usage')
  expect(await live.json()).toMatchObject({rate_limit: {primary_window: {used_percent: 50}}})
})

test('accounts/check tells the one workspace of the token', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com', accountId: 'ws-1', plan: 'team'}],
  })

  const response = await get(simulator, '/backend-api/wham/accounts/check')

  expect(await response.json()).toMatchObject({
    accounts: [
      {
        id: 'ws-1',
        structure: 'workspace',
        plan_type: 'team',
        workspace_backend_origin: 'https://chatgpt.com',
        account_routing_override: 'NO_CONSTRAINT',
      },
    ],
    default_account_id: 'ws-1',
  })
})

test('models need a client version', async () => {
  const simulator = await startTestSimulator()

  const response = await get(simulator, '/backend-api/codex/models')

  expect([response.status, await response.json()]).toEqual([
    400,
    {detail: 'client_version is required'},
  ])
})

/** Any missing one makes the official client reject the whole list. */
const REQUIRED = [
  'slug',
  'display_name',
  'supported_reasoning_levels',
  'shell_type',
  'visibility',
  'supported_in_api',
  'priority',
  'support_verbosity',
  'truncation_policy',
  'experimental_supported_tools',
  'base_instructions',
]

test('models have every field that the official client needs', async () => {
  const simulator = await startTestSimulator()

  const response = await get(simulator, '/backend-api/codex/models?client_version=0.169.0')

  const {models} = (await response.json()) as {models: Record<string, unknown>[]}
  const missing = models.flatMap((model) => REQUIRED.filter((name) => model[name] == null))
  expect(missing).toEqual([])
  expect(models).toHaveLength(16)
})

test.each([
  ['plus', true, '0.171.0', 18],
  ['pro', false, '0.171.0', 14],
  ['free', false, '0.171.0', 4],
  ['plus', true, '0.169.0', 16],
  ['plus', false, '0.169.0', 10],
  ['pro', false, '0.169.0', 12],
  ['free', false, '0.169.0', 4],
  ['plus', false, '0.144.0', 5],
])('plan %s, older models %s, client %s: %i models', async (plan, olderModels, version, count) => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com', plan, olderModels}],
  })

  const response = await get(simulator, `/backend-api/codex/models?client_version=${version}`)

  expect(((await response.json()) as {models: unknown[]}).models).toHaveLength(count)
})

test('the tag of the models changes with them, and is in every answer', async () => {
  const simulator = await startTestSimulator()
  const path = '/backend-api/codex/models?client_version=0.169.0'
  const {access_token: token} = await simulator.issueTokens()
  const {headers: before} = await get(simulator, path)
  const etag = before.get('etag') ?? ''

  const unchanged = await fetch(new URL(path, simulator.url), {
    headers: {authorization: `Bearer ${token}`, 'if-none-match': etag},
  })
  const answer = await ask(simulator)
  simulator.changeAccount('you@example.com', {olderModels: false})
  const {headers: after} = await get(simulator, path)

  expect(unchanged.status).toBe(304)
  expect(answer.headers.get('x-models-etag')).toBe(etag)
  expect(after.get('etag')).not.toBe(etag)
})

test('accounts can be added and changed over HTTP', async () => {
  const simulator = await startTestSimulator()

  const added = await control(simulator, 'POST', {email: 'bob@example.com', plan: 'pro'})
  const changed = await control(simulator, 'PATCH', {
    email: 'bob@example.com',
    deactivated: true,
    primary: {usedPercent: 80},
  })

  expect(added.status).toBe(201)
  expect(await changed.json()).toMatchObject({
    account: {
      email: 'bob@example.com',
      plan: 'pro',
      deactivated: true,
      windows: [{usedPercent: 80}, {}],
    },
  })
  expect(simulator.accounts.map(({email}) => email)).toEqual(['you@example.com', 'bob@example.com'])
})

test.each([
  ['POST', {email: 'you@example.com'}, 409],
  ['POST', {email: 'not an email'}, 400],
  ['PATCH', {email: 'nobody@example.com'}, 404],
  ['PATCH', {email: 'you@example.com', primary: {usedPercent: 101}}, 400],
] as const)('%s %o is answered with %i', async (method, body, status) => {
  const simulator = await startTestSimulator()

  expect((await control(simulator, method, body)).status).toBe(status)
})

test('two users of one workspace are two accounts', async () => {
  const simulator = await startTestSimulator({
    accounts: [
      {email: 'ada@example.com', accountId: 'team'},
      {email: 'bob@example.com', accountId: 'team'},
    ],
  })
  const bob = await simulator.issueTokens('bob@example.com')

  await ask(simulator, {}, {token: bob.access_token})

  expect(simulator.requests.at(-1)?.account).toBe('bob@example.com')
})

test('what arrived is recorded without secrets', async () => {
  const simulator = await startTestSimulator()
  const {access_token: token, refresh_token: refreshToken} = await simulator.issueTokens()
  await ask(simulator, {}, {token, headers: {originator: 'codex_exec'}})
  const form = new URLSearchParams({grant_type: 'refresh_token', refresh_token: refreshToken})
  await fetch(new URL('/oauth/token', simulator.url), {method: 'POST', body: form})

  const text = await (await fetch(new URL('/_simulator/requests', simulator.url))).text()

  expect(JSON.parse(text)).toMatchObject({
    requests: [
      {
        method: 'POST',
        path: '/backend-api/codex/responses',
        headers: {originator: 'codex_exec'},
        body: {model: 'gpt-5.5'},
        account: 'you@example.com',
        status: 200,
        closedEarly: false,
      },
      {path: '/oauth/token', body: {grant_type: 'refresh_token'}},
    ],
  })
  expect(text).not.toContain(token)
  expect(text).not.toContain(refreshToken)
})

test('only the last 500 requests are kept', async () => {
  const simulator = await startTestSimulator()
  const ids = Array.from({length: 501}, (_, index) => index + 1)
  const url = new URL('/backend-api/nothing', simulator.url)

  for (const _ of ids) await (await fetch(url)).text()

  expect(simulator.requests.map(({id}) => id)).toEqual(ids.slice(1))
})

test('every answer is counted, by endpoint and by what it came to', async () => {
  const simulator = await startTestSimulator()
  const {access_token: token} = await simulator.issueTokens()
  simulator.addFault({endpoint: 'models', kind: 'cut'})
  const url = new URL('/backend-api/codex/models', simulator.url)

  await expect(fetch(url)).rejects.toThrow('fetch failed')
  for (let number = 0; number < 510; number += 1) await (await fetch(url)).text()
  await ask(simulator, {}, {token})
  await ask(simulator, {input: 5}, {token})

  const counts = {models: {dropped: 1, 401: 510}, responses: {200: 1, 400: 1}}
  expect(simulator.counts).toEqual(counts)
  expect(await (await get(simulator, '/_simulator/counts')).json()).toEqual({
    counts,
    tokens: {'you@example.com': {input: 25, cached: 0}},
  })
})

test('a reset forgets accounts, quotas, faults, requests, counts and logins', async () => {
  const simulator = await startTestSimulator()
  const {access_token: token} = await simulator.issueTokens()
  simulator.addAccount({email: 'bob@example.com'})
  simulator.addFault({endpoint: 'models', kind: 'cut'})
  await ask(simulator, {}, {token})

  await fetch(new URL('/_simulator/reset', simulator.url), {method: 'POST'})

  expect([simulator.accounts.length, simulator.faults, simulator.requests]).toEqual([1, [], []])
  expect(simulator.counts).toEqual({})
  expect((await ask(simulator, {}, {token})).status).toBe(401)
  expect((await ask(simulator)).headers.get('x-codex-primary-used-percent')).toBe('1')
})

test('other addresses are 404 as JSON', async () => {
  const simulator = await startTestSimulator()

  const response = await get(simulator, '/backend-api/wham/settings/user')

  expect([response.status, await response.json()]).toEqual([404, {detail: 'Not Found'}])
})
