import {expect, test, vi} from 'vitest'
import {startTestGateway, type TestGateway} from '../support/gateway/start-gateway.ts'
import {startUpstream} from '../support/gateway/start-upstream.ts'
import {withHeaderTimeout} from '../../src/gateway/upstream/with-header-timeout.ts'

/** A client's session goes on as long as one account can answer, and it is told the truth when none can. */

const TWO_HOURS = 7200
const ADA = 'ada@example.com'
const BOB = 'bob@example.com'

interface ErrorBody {
  readonly error: {
    readonly type: string
    readonly code: string
    readonly message: string
    readonly resets_at?: number
  }
}

async function answeredBy({engine}: TestGateway, response: Response): Promise<string | undefined> {
  await response.text()
  const {answeredBy: id, candidates = []} = engine.pool.lastChoices().at(-1) ?? {}
  return candidates.find(({accountId}) => accountId === id)?.label
}

const LIMIT = {
  error: {
    type: 'usage_limit_reached',
    message: 'The usage limit has been reached',
    resets_in_seconds: TWO_HOURS,
  },
}

test.for([
  ['a usage limit', {kind: 'status', status: 429, body: LIMIT}],
  ['a usage limit as 404', {kind: 'status', status: 404, body: LIMIT}],
  [
    'a usage limit inside a 200',
    {kind: 'response-failed', error: {code: 'usage_limit_reached', message: 'spent'}},
  ],
  [
    'a deactivated workspace',
    {kind: 'status', status: 402, body: {detail: {code: 'deactivated_workspace'}}},
  ],
  [
    'a login that is rejected again and again',
    {kind: 'status', status: 401, body: {detail: 'Unauthorized'}, times: 20},
  ],
] as const)('the next account answers after %s', async ([, fault]) => {
  const story = await startTestGateway()
  story.simulator.addFault({endpoint: 'responses', account: ADA, ...fault})

  const response = await story.prompt('hello', {stream: true})

  expect(response.status).toBe(200)
  expect(await answeredBy(story, response)).toBe(BOB)
})

test('a login of Codex goes on when an app is at its cap, for every API', async () => {
  const story = await startTestGateway({
    simulator: {accounts: [{email: ADA, appRequestsPerWeek: 1}, {email: BOB}]},
    apps: [ADA],
  })
  const post = (path: string, body: object) =>
    story.ask(path, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({model: 'gpt-5.5', ...body}),
    })
  const messages = [{role: 'user', content: 'hello'}]

  const first = await post('/v1/messages', {messages, max_tokens: 100})
  const names = [await answeredBy(story, first)]
  for (const response of [
    await post('/v1/chat/completions', {messages}),
    await story.prompt('hello', {stream: true}),
  ]) {
    expect(response.status).toBe(200)
    names.push(await answeredBy(story, response))
  }

  expect(names).toEqual([ADA, BOB, BOB])
  expect(story.simulator.counts['app-responses']).toEqual({'200': 1, '429': 1})
})

test('a ceiling holds an app up as soon as an answer tells what is used, and not before', async () => {
  const told: Record<string, string> = {}
  const story = await startTestGateway({
    apps: [ADA],
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      if (!new URL(new Request(input).url).pathname.startsWith('/v1/')) return response
      const headers = new Headers(response.headers)
      for (const [name, value] of Object.entries(told)) headers.set(name, value)
      return new Response(response.body, {status: response.status, headers})
    },
  })
  const {engine, prompt} = story
  const [ada] = await engine.store.list()
  const ceiling = {limit: 'codex', windowSeconds: 604_800, maxUsedPercent: 50}
  engine.memory.preferences.change(ada!.id, {ceilings: [ceiling]})
  const ask = async () => answeredBy(story, await prompt('hello', {stream: true}))

  const unknown = await ask()
  Object.assign(told, {
    'x-codex-active-limit': 'codex',
    'x-codex-primary-used-percent': '60',
    'x-codex-primary-window-minutes': '10080',
    'x-codex-primary-reset-after-seconds': '3600',
  })
  const names = [unknown, await ask(), await ask()]

  expect(names).toEqual([ADA, ADA, BOB])
})

test('an overload inside a 200 is asked again, and the client hears nothing of it', async () => {
  const story = await startTestGateway()
  const error = {code: 'server_is_overloaded', message: 'busy'}
  story.simulator.addFault({endpoint: 'responses', kind: 'response-failed', error})

  const response = await story.prompt('hello', {stream: true})
  const text = await response.text()

  expect(text).toContain('response.completed')
  expect(text).not.toContain('server_is_overloaded')
})

test('each request goes out with the token and the id of one account, and a conversation stays with it', async () => {
  const story = await startTestGateway({
    simulator: {
      accounts: [
        {email: ADA, accountId: 'of-ada'},
        {email: BOB, accountId: 'of-bob'},
      ],
    },
  })
  const ask = (key: string) =>
    story.prompt(
      'hello',
      {prompt_cache_key: key},
      {authorization: 'Bearer x', 'chatgpt-account-id': 'of-bob'},
    )

  await (await ask('one')).text()
  story.simulator.changeAccount(ADA, {primary: {usedPercent: 100, resetAfterSeconds: TWO_HOURS}})
  await (await ask('one')).text()
  story.simulator.changeAccount(ADA, {primary: {usedPercent: 0}})
  await (await ask('one')).text()

  const sent = story.simulator.requests
    .filter(({status, path}) => status === 200 && path.endsWith('/responses'))
    .map(({account, headers}) => [account, headers['chatgpt-account-id']])
  expect(sent).toEqual([
    [ADA, 'of-ada'],
    [BOB, 'of-bob'],
    [BOB, 'of-bob'],
  ])
})

test('when all are spent, the answer says so as the backend does, with the earliest reset', async () => {
  const story = await startTestGateway()
  const {ask, simulator} = story
  simulator.changeAccount(ADA, {primary: {usedPercent: 100, resetAfterSeconds: 2 * TWO_HOURS}})
  simulator.changeAccount(BOB, {primary: {usedPercent: 100, resetAfterSeconds: TWO_HOURS}})
  const soonestMs = Date.now() + TWO_HOURS * 1000

  const response = await story.prompt('hello', {}, {originator: 'codex_exec'})
  const {error} = (await response.json()) as ErrorBody
  const health = (await (await ask('/health')).json()) as {status: string; available_at: string}

  expect(response.status).toBe(429)
  expect(error).toMatchObject({type: 'usage_limit_reached', code: 'usage_limit_reached'})
  expect(Math.abs(Number(error.resets_at) * 1000 - soonestMs)).toBeLessThan(20_000)
  expect(response.headers.get('retry-after')).not.toBeNull()
  expect(health.status).toBe('exhausted')
  expect(Math.abs(Date.parse(health.available_at) - soonestMs)).toBeLessThan(20_000)
})

test('a request that the backend forbids keeps nobody from the account, and is not asked of the others', async () => {
  const story = await startTestGateway()
  const body = {detail: 'Forbidden'}
  story.simulator.addFault({endpoint: 'responses', kind: 'status', status: 403, body})

  const refused = await story.prompt('hello')
  const next = await story.prompt('hello again')

  const {error} = (await refused.json()) as {error: {message: string}}
  expect([refused.status, error.message]).toEqual([403, 'Forbidden.'])
  expect(await answeredBy(story, next)).toBe(ADA)
  expect(story.simulator.counts['responses']).toEqual({200: 1, 403: 1})
})

test('too many requests at once for a second or two keep nobody from the account', async () => {
  const story = await startTestGateway()
  const body = {error: {type: 'rate_limit_exceeded', message: 'Slow down'}}
  story.simulator.addFault({
    endpoint: 'responses',
    kind: 'status',
    status: 429,
    body,
    headers: {'retry-after': '1'},
  })

  const response = await story.prompt('hello')

  expect(response.status).toBe(200)
  expect(await answeredBy(story, response)).toBe(ADA)
})

test('a login that cannot be refreshed costs its account alone, and no words of the server reach a client', async () => {
  const story = await startTestGateway()
  story.simulator.changeAccount(ADA, {signOut: true})

  const response = await story.prompt('hello')

  expect(response.status).toBe(200)
  expect(await answeredBy(story, response)).toBe(BOB)
  story.simulator.changeAccount(BOB, {signOut: true})
  const refused = await story.prompt('hello')
  const ofCodex = await story.prompt('hello', {}, {'user-agent': 'codex_exec/0.171.0'})
  // A 401 would make the official client refresh its own login, again and again.
  expect([refused.status, ofCodex.status]).toEqual([403, 400])
  expect(await refused.text()).not.toContain('rt_')
})

test('an answer that does not begin in time is not asked for again', async () => {
  const upstream = await startUpstream(() => {})
  const story = await startTestGateway({
    backendUrl: upstream.url,
    fetch: withHeaderTimeout(globalThis.fetch, 500),
  })

  const response = await story.prompt('hello')

  expect(response.status).toBe(504)
  expect(upstream.requests.filter(({method}) => method === 'POST')).toHaveLength(1)
})

test('tries and passes are those of the settings', async () => {
  const upstream = await startUpstream((_incoming, outgoing) => {
    outgoing.writeHead(503).end('{"error":{"message":"busy"}}')
  })
  const pauses: number[] = []
  const story = await startTestGateway({
    backendUrl: upstream.url,
    maxRetryPasses: 1,
    engineOptions: {
      delay: async (milliseconds) => void pauses.push(milliseconds),
      random: () => 0.5,
      retryPolicy: {maxRetries: 3, firstPauseMs: 100, longestPauseMs: 250, jitterMs: 20},
    },
  })

  const response = await story.prompt('hello')

  expect(response.status).toBe(503)
  expect(upstream.requests.filter(({method}) => method === 'POST')).toHaveLength(8)
  expect(pauses).toEqual([110, 210, 250, 110, 210, 250])
})

test('a limit that names no end lasts as long as the settings say', async () => {
  const story = await startTestGateway({engineOptions: {unknownRestMs: 60_000}})
  const body = {error: {type: 'usage_limit_reached', message: 'spent'}}
  story.simulator.addFault({endpoint: 'responses', account: ADA, kind: 'status', status: 429, body})

  await (await story.prompt('hello')).text()

  const [ada] = await story.engine.store.list()
  const {untilMs = 0} = story.engine.memory.rests.get(ada!.id) ?? {}
  expect(Math.abs(untilMs - Date.now() - 60_000)).toBeLessThan(20_000)
})

test('the usage that the official client shows is that of all accounts together', async () => {
  const story = await startTestGateway()
  story.simulator.changeAccount(ADA, {primary: {usedPercent: 100, resetAfterSeconds: TWO_HOURS}})
  story.simulator.changeAccount(BOB, {primary: {usedPercent: 20, resetAfterSeconds: 2 * TWO_HOURS}})
  await story.engine.usage.reload.all()

  const usage = async () => {
    const response = await story.ask('/backend-api/wham/usage')
    return (await response.json()) as {
      rate_limit: {allowed: boolean; primary_window: Record<string, number>}
    }
  }

  const {rate_limit: some} = await usage()
  expect(some.allowed).toBe(true)
  expect(some.primary_window).toMatchObject({used_percent: 60, limit_window_seconds: 18_000})
  story.simulator.changeAccount(BOB, {
    primary: {usedPercent: 100, resetAfterSeconds: 2 * TWO_HOURS},
  })
  await story.engine.usage.reload.all()
  const {rate_limit: none} = await usage()
  expect(none).toMatchObject({allowed: false, primary_window: {used_percent: 100}})
  expect(Math.abs(none.primary_window['reset_after_seconds']! - TWO_HOURS)).toBeLessThan(20)
})

test('a long conversation is made short by the account that has it, or by the next one', async () => {
  const asked: unknown[] = []
  const upstream = await startUpstream((incoming, outgoing) => {
    const isCompact = incoming.url?.endsWith('/responses/compact') === true
    const first = isCompact && asked.push(incoming.headers['chatgpt-account-id']) === 1
    outgoing.writeHead(first ? 429 : isCompact ? 200 : 404, {'content-type': 'application/json'})
    outgoing.end(JSON.stringify(first ? LIMIT : {output: [{type: 'compaction'}]}))
  })
  const story = await startTestGateway({backendUrl: upstream.url})

  const response = await story.ask('/v1/responses/compact', {
    method: 'POST',
    body: JSON.stringify({model: 'gpt-5.5', input: [{role: 'user', content: 'hello'}]}),
  })

  expect([response.status, await response.json()]).toEqual([200, {output: [{type: 'compaction'}]}])
  expect(new Set(asked).size).toBe(2)
})

test('what the gateway does not have is refused in words, and is passed on for the official client', async () => {
  const asked: string[] = []
  const upstream = await startUpstream((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    outgoing.end('{}')
  })
  const {ask} = await startTestGateway({backendUrl: upstream.url})
  const post = {method: 'POST', body: '{}'}

  const unknown = await ask('/v1/embeddings', post)
  const ofCodex = await ask('/v1/alpha/search', {...post, headers: {originator: 'codex_exec'}})
  const analytics = await ask('/backend-api/codex/analytics-events/events', post)

  expect([unknown.status, ofCodex.status, analytics.status]).toEqual([404, 200, 200])
  expect(((await unknown.json()) as ErrorBody).error.message).toContain(
    'This gateway has no POST /v1/embeddings',
  )
  expect(asked).toEqual([
    'POST /backend-api/codex/alpha/search',
    'POST /backend-api/codex/analytics-events/events',
  ])
})

test('with the login of the client handed on, no account is used or rests', async () => {
  const upstream = await startUpstream((_incoming, outgoing) => {
    outgoing.writeHead(429, {'content-type': 'application/json'}).end(JSON.stringify(LIMIT))
  })
  const story = await startTestGateway({backendUrl: upstream.url, isPassthrough: true})

  const response = await story.prompt('hello', {}, {authorization: 'Bearer of-the-client'})

  expect([response.status, await response.json()]).toEqual([429, LIMIT])
  expect(upstream.requests).toHaveLength(1)
  expect(upstream.requests[0]?.url).toBe('/backend-api/codex/responses')
  expect(upstream.requests[0]?.headers.authorization).toBe('Bearer of-the-client')
  const accounts = await story.engine.store.list()
  expect(accounts.map(({id}) => story.engine.memory.rests.get(id))).toEqual([undefined, undefined])
})

vi.setConfig({testTimeout: 60_000})
