import {expect, test} from 'vitest'
import type {PageState} from '../../../src/gateway/management/page-state.ts'
import {OPERATOR_KEY} from '../../support/gateway/start-gateway.ts'
import {startDashboard} from '../../support/gateway/start-dashboard.ts'

/** What the page of the gateway asks for and changes, and who may. */

test('the page may be loaded by anybody of this machine, and shows nothing without the operator key', async () => {
  const {ask} = await startDashboard()

  const page = await ask('/dashboard/')
  const html = await page.text()
  const state = await ask('/gateway/page/state')

  expect(page.status).toBe(200)
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(html).toContain('dashboard.js')
  expect(html).not.toContain('ada@example.com')
  expect(state.status).toBe(403)
})

test.each(['/dashboard/../../package.json', '/dashboard/x.js', '/dashboard/dashboard.js.map'])(
  '%s is no file of the page',
  async (path) => {
    const {ask} = await startDashboard()

    const response = await ask(path)

    expect(response.ok).toBe(false)
  },
)

test('the state has every account with its plan and whether it can answer, and no token', async () => {
  const {get} = await startDashboard()

  const state = (await get('state')) as PageState

  expect(state.accounts.map(({email, plan, state: is}) => [email, plan, is])).toEqual([
    ['ada@example.com', 'ChatGPT Plus', 'ready'],
    ['bob@example.com', 'ChatGPT Plus', 'ready'],
  ])
  expect(state.live).toEqual([])
  expect(JSON.stringify(state)).not.toMatch(/token|eyJ/i)
})

test('an account that the user pauses is asked no more, and its card says so', async () => {
  const {get, post, prompt} = await startDashboard()
  const before = (await get('state')) as PageState

  const answer = await post(`accounts/${encodeURIComponent(before.accounts[0]!.id)}`, {
    isPaused: true,
  })
  const after = (await get('state')) as PageState
  const response = await prompt('hello')

  expect(answer.status).toBe(200)
  expect(after.accounts[0]).toMatchObject({state: 'paused', why: 'is paused'})
  expect(response.status).toBe(200)
})

test('a ceiling, a priority and the first place are kept as they were set', async () => {
  const {engine, get, post} = await startDashboard()
  const {accounts} = (await get('state')) as PageState
  const {id} = accounts[1]!

  await post(`accounts/${encodeURIComponent(id)}`, {
    priority: 5,
    isPreferred: true,
    ceiling: {limit: 'codex', windowSeconds: 604_800, maxUsedPercent: 80},
  })
  const set = engine.memory.preferences.of(id)
  const preferred = engine.memory.preferences.preferredId()
  await post(`accounts/${encodeURIComponent(id)}`, {
    isPreferred: false,
    ceiling: {limit: 'codex', windowSeconds: 604_800, maxUsedPercent: null},
  })

  expect(set).toEqual({
    priority: 5,
    isPaused: false,
    ceilings: [{limit: 'codex', windowSeconds: 604_800, maxUsedPercent: 80}],
  })
  expect(preferred).toBe(id)
  expect(engine.memory.preferences.of(id).ceilings).toEqual([])
  expect(engine.memory.preferences.preferredId()).toBeUndefined()
})

test.each([
  ['{"priority": "high"}', 400],
  ['{"ceiling": {"limit": "codex", "windowSeconds": 60, "maxUsedPercent": 101}}', 400],
  ['no JSON', 400],
  ['x'.repeat(100_000), 413],
])('a change that makes no sense changes nothing: %.40s', async (body, status) => {
  const {ask, engine, get} = await startDashboard()
  const {accounts} = (await get('state')) as PageState
  const {id} = accounts[0]!

  const response = await ask(`/gateway/page/accounts/${encodeURIComponent(id)}`, {
    method: 'POST',
    headers: {authorization: `Bearer ${OPERATOR_KEY}`},
    body,
  })

  expect(response.status).toBe(status)
  expect(engine.memory.preferences.of(id)).toEqual({priority: 0, isPaused: false, ceilings: []})
})

test('whoever looks on is told of a request while it is under way and when it has ended', async () => {
  const {ask, history, prompt} = await startDashboard()
  const stop = new AbortController()
  const events = await ask('/gateway/page/events', {
    headers: {authorization: `Bearer ${OPERATOR_KEY}`},
    signal: stop.signal,
  })
  const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader()

  await (await prompt('hello')).text()
  history.add({
    id: 'r-1',
    startedAtMs: Date.now(),
    client: {id: 'local', label: 'this machine'},
    endpoint: 'responses',
    status: 200,
    durationMs: 12,
  })
  let text = ''
  while (!text.includes('event: ended') || !text.includes('event: state')) {
    const {value = ''} = await reader.read()
    text += value
  }
  stop.abort()

  expect(events.headers.get('content-type')).toBe('text/event-stream')
  expect(text).toContain('"id":"r-1"')
  expect(text).toContain('"email":"ada@example.com"')
})

test('requests that have ended come newest first, and the history sums them up by the hour', async () => {
  const {get, history} = await startDashboard()
  const startedAtMs = Date.now()
  const request = {
    startedAtMs,
    client: {id: 'local', label: 'this machine'},
    endpoint: 'responses',
    status: 200,
    durationMs: 12,
    tokens: {input: 100, cached: 40, output: 10, reasoning: 0},
  }
  history.add({...request, id: 'r-1'})
  history.add({...request, id: 'r-2', status: 500})

  const {requests} = (await get('requests')) as {requests: {id: string}[]}
  const {hours} = (await get('history?days=1')) as {hours: object[]}

  expect(requests.map(({id}) => id)).toEqual(['r-2', 'r-1'])
  expect(hours).toMatchObject([{requests: 2, failed: 1, input: 200, cached: 80, output: 20}])
})
