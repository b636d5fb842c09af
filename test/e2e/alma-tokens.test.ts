import {expect, test, vi} from 'vitest'
import {SENTENCE} from '../support/sentence.ts'
import {createEarlierLogin} from '../support/stories/earlier-plugin.ts'
import {startStory, type Story} from '../support/stories/start-story.ts'

const INVALID_TOKEN = {error: {message: 'Your authentication token has been invalidated.'}}

function countRequests({simulator}: Story, path: string): number {
  return simulator.requests.filter((request) => request.path === path).length
}

/** An account that cannot reach a limit. */
const UNLIMITED = {email: 'ada@example.com', windows: [{minutes: 300, percentPerRequest: 0}]}

/** A story whose stored login expired an hour ago. */
async function startExpired(): Promise<Story> {
  const story = await startStory({simulator: {accounts: [UNLIMITED]}})
  await createEarlierLogin(story, {expiresInMs: -3_600_000})
  return story
}

/** Asks once, the way the AI SDK does without its retries. */
async function ask(story: Story): Promise<{status: number; message: string | undefined}> {
  const {fetch, baseURL} = await story.host.provider().getSDKConfig()
  const response = await fetch(`${baseURL}/responses`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({model: 'gpt-5.2', input: [{role: 'user', content: 'Hello'}]}),
  })
  const answer = (await response.json()) as {error?: {message: string} | null}
  story.hear(JSON.stringify(answer))
  return {status: response.status, message: answer.error?.message}
}

test('200 requests that find the login expired share one refresh', async () => {
  const story = await startExpired()

  const answers = await Promise.all(Array.from({length: 200}, async () => ask(story)))

  expect(answers.filter(({status}) => status !== 200)).toEqual([])
  expect(countRequests(story, '/oauth/token')).toBe(1)
})

test('a refreshed login is kept over a restart', async () => {
  const story = await startExpired()
  await ask(story)

  await story.host.reload()

  expect(await ask(story)).toMatchObject({status: 200})
  expect(countRequests(story, '/oauth/token')).toBe(1)
})

test('a rejected token is refreshed, and the request is sent once more', async () => {
  const story = await startStory({connected: true})
  const before = countRequests(story, '/oauth/token')
  story.simulator.addFault({
    endpoint: 'responses',
    kind: 'status',
    status: 401,
    body: INVALID_TOKEN,
  })

  expect(await ask(story)).toMatchObject({status: 200})

  expect(countRequests(story, '/oauth/token') - before).toBe(1)
  expect(countRequests(story, '/backend-api/codex/responses')).toBe(2)
})

test('a token that is rejected again is not tried for ever', async () => {
  const story = await startStory({connected: true})
  story.simulator.addFault({
    endpoint: 'responses',
    kind: 'status',
    status: 401,
    body: INVALID_TOKEN,
    times: 20,
  })

  const {status, message} = await ask(story)

  expect(status).toBe(401)
  expect(message).toMatch(SENTENCE)
  expect(countRequests(story, '/backend-api/codex/responses')).toBe(2)
})

test('a login that ended for good stays in the list, and the user is told to connect', async () => {
  const story = await startExpired()
  story.simulator.addFault({
    endpoint: 'token',
    kind: 'status',
    status: 400,
    body: {error: 'invalid_grant', error_description: 'The refresh token was revoked.'},
  })

  const {status, message} = await ask(story)

  expect(status).toBe(401)
  expect(message).toMatch(SENTENCE)
  expect(message).toContain('Connect')
  expect(await story.host.accounts()).toMatchObject([
    {label: expect.stringContaining('Connect') as unknown},
  ])
  expect(await story.host.provider().isAuthenticated()).toBe(false)
  expect(await story.host.models()).toHaveLength(22)

  expect(await story.host.connect()).toEqual({success: true})
  expect(await story.host.accounts()).toHaveLength(1)
  expect(await ask(story)).toMatchObject({status: 200})
})

test.each([
  ['a server error', {kind: 'status', status: 503, body: 'try later'}],
  ['a web page', {kind: 'status', status: 200, body: '<html>Captive portal</html>'}],
  ['a limit', {kind: 'status', status: 429, body: {error: 'slow_down'}}],
] as const)('%s during a refresh loses nothing', async (_name, fault) => {
  const story = await startExpired()
  const before = structuredClone(await story.host.accounts())
  story.simulator.addFault({endpoint: 'token', times: 20, ...fault})

  const {status, message} = await ask(story)

  expect(status).toBeGreaterThanOrEqual(500)
  expect(message).toMatch(SENTENCE)
  expect(await story.host.accounts()).toEqual(before)
  expect(await story.host.provider().isAuthenticated()).toBe(true)
  story.simulator.clearFaults()
  expect(await ask(story)).toMatchObject({status: 200})
})

test('a lost connection during a refresh is not answered with the same refresh token again', async () => {
  const story = await startExpired()
  story.simulator.addFault({endpoint: 'token', kind: 'cut', times: 20})

  const {status, message} = await ask(story)

  expect(status).toBe(503)
  expect(message).toMatch(/^Token refresh failed: the connection to .+ broke off before/)
  expect(countRequests(story, '/oauth/token')).toBe(1)
  expect(await story.host.provider().isAuthenticated()).toBe(true)
  // Neither at the next request, nor after a restart: the server may still be at it.
  await ask(story)
  await story.host.reload()
  expect(await ask(story)).toMatchObject({status: 503})
  expect(countRequests(story, '/oauth/token')).toBe(1)

  story.simulator.clearFaults()
  await vi.waitFor(async () => expect(await ask(story)).toMatchObject({status: 200}), {
    timeout: 20_000,
    interval: 500,
  })
  expect(countRequests(story, '/oauth/token')).toBe(2)
}, 40_000)

test('a storage that cannot write does not spend a second refresh token', async () => {
  const story = await startExpired()
  const {secrets} = story.host.state
  const realSet = secrets.set.bind(secrets)
  secrets.set = () => {
    throw new Error('EACCES: permission denied')
  }

  const {message} = await ask(story)
  expect(message).toMatch(SENTENCE)
  expect(message).not.toContain('renewed')
  expect(countRequests(story, '/oauth/token')).toBe(0)
  secrets.set = realSet

  expect(await ask(story)).toMatchObject({status: 200})
  expect(countRequests(story, '/oauth/token')).toBe(1)
})

test('a web page in the place of an answer becomes a sentence', async () => {
  const story = await startStory({connected: true})
  const body = '<!doctype html><html><body>Just a moment…</body></html>'
  story.simulator.addFault({endpoint: 'responses', kind: 'status', status: 403, body})

  const {message} = await ask(story)

  expect(message).toMatch(SENTENCE)
})
