import {expect, test} from 'vitest'
import {askHost, whoAnswered} from '../support/stories/ask-host.ts'
import {startStory, type Story} from '../support/stories/start-story.ts'

const SPENT = {usedPercent: 100, resetAfterSeconds: 3600}

/** Ada and Bob are connected, in this order. */
async function startWithTwo(): Promise<Story> {
  const logins = ['ada@example.com', 'bob@example.com']
  const story = await startStory({
    simulator: {accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}]},
    user: (simulator) => ({
      browse: async (url) => simulator.approve(url, {email: logins.shift() ?? ''}),
    }),
  })
  await story.host.connect()
  await story.host.connect()
  // What is left is known now, and not asked for in the background for a minute.
  await story.host.provider().refreshQuotas()
  return story
}

function switches({host}: Story): string[] {
  const messages = host.seen.notifications.map(({message}) => message)
  return messages.filter((message) => message.includes('takes over'))
}

test('when Ada has spent her quota, Bob answers, and the user is told once', async () => {
  const story = await startWithTwo()
  story.simulator.changeAccount('ada@example.com', {primary: SPENT})

  expect(await askHost(story, 'Hello')).toContain('heard: Hello')
  expect(await askHost(story, 'Hello again')).toContain('heard: Hello again')

  expect(whoAnswered(story)).toEqual(['bob@example.com', 'bob@example.com'])
  expect(switches(story)).toEqual([
    expect.stringMatching(
      /^ada@example\.com has reached its ChatGPT usage limit, and rests until .+\. bob@example\.com takes over\.$/,
    ),
  ])
  expect(await story.host.accounts()).toMatchObject([
    {email: 'ada@example.com', isRateLimited: true},
    {email: 'bob@example.com'},
  ])
})

test('of one login of each kind, the other takes over when the app is at its cap', async () => {
  const story = await startStory({
    simulator: {accounts: [{email: 'ada@example.com', appRequestsPerWeek: 1}]},
    user: (simulator) => ({
      browse: (url) => simulator.approve(url),
      type: async (_box, openedUrl) => (await simulator.approve(openedUrl ?? '')).href,
    }),
  })
  await story.host.run('openai-codex-auth.loginAsApp')
  await story.host.connect()

  expect(await askHost(story, 'Hello')).toContain('heard: Hello')
  expect(await askHost(story, 'Hello again')).toContain('heard: Hello again')

  const asked = story.simulator.requests.filter(({path}) => path.endsWith('/responses'))
  expect(asked.map(({path, status}) => `${status} ${path}`)).toEqual([
    '200 /v1/responses',
    '429 /v1/responses',
    '200 /backend-api/codex/responses',
  ])
  expect(await story.host.accounts()).toMatchObject([{isRateLimited: true}, {}])
  expect(switches(story)).toHaveLength(1)
})

test('an app that has ended is logged in again as the same account', async () => {
  const picks = ['ada@example.com', 'Log in again']
  const story = await startStory({
    simulator: {accounts: [{email: 'ada@example.com'}], appRefreshAfterSeconds: 0},
    user: (simulator) => ({
      type: async (_box, openedUrl) => (await simulator.approve(openedUrl ?? '')).href,
      pick: () => picks.shift(),
    }),
  })
  const {host, simulator} = story
  await host.run('openai-codex-auth.loginAsApp')
  simulator.changeAccount('ada@example.com', {accessTokens: 'revoke'})
  const body = {error: {code: 'refresh_token_invalidated'}}
  simulator.addFault({endpoint: 'app-token', kind: 'status', status: 401, body})
  await expect(askHost(story, 'Hello')).rejects.toThrow('the login was revoked')

  await host.run('openai-codex-auth.accounts')

  expect(await host.accounts()).toHaveLength(1)
  expect(await askHost(story, 'Hello again')).toContain('heard: Hello again')
  expect(simulator.counts['responses']).toBeUndefined()
})

test('a host that cannot show notifications gets its answers all the same', async () => {
  const story = await startWithTwo()
  const {notifications} = story.host.seen
  Object.defineProperty(notifications, 'push', {
    value: () => {
      throw new Error('Permission denied: notifications')
    },
  })
  story.simulator.changeAccount('ada@example.com', {primary: SPENT})
  story.simulator.changeAccount('bob@example.com', {primary: {usedPercent: 80}})

  expect(await askHost(story, 'Hello')).toContain('heard: Hello')

  expect(whoAnswered(story)).toEqual(['bob@example.com'])
  await expect.poll(() => JSON.stringify(story.host.log)).toContain('Something could not be told')
})

test('when the usage shows that Ada is spent, Bob answers at once, and the user is told', async () => {
  const story = await startWithTwo()
  story.simulator.changeAccount('ada@example.com', {primary: SPENT})
  await story.host.provider().refreshQuotas()

  await askHost(story, 'Hello')
  await askHost(story, 'Hello again')

  expect(story.simulator.requests.filter(({status}) => status === 429)).toEqual([])
  expect(whoAnswered(story)).toEqual(['bob@example.com', 'bob@example.com'])
  expect(switches(story)).toHaveLength(1)
})

test('who rests is remembered over a restart, and is free again when ChatGPT says so', async () => {
  const story = await startWithTwo()
  story.simulator.changeAccount('ada@example.com', {primary: SPENT})
  await askHost(story, 'Hello')
  await story.host.reload()

  await askHost(story, 'After the restart')
  expect(whoAnswered(story)).toEqual(['bob@example.com', 'bob@example.com'])

  story.simulator.changeAccount('ada@example.com', {primary: {...SPENT, usedPercent: 10}})
  await story.host.provider().refreshQuotas()
  await askHost(story, 'A new conversation')
  expect(whoAnswered(story).at(-1)).toBe('ada@example.com')
})

test('when both have spent their quota, one sentence says who is back first', async () => {
  const story = await startWithTwo()
  const later = {...SPENT, resetAfterSeconds: 7200}
  story.simulator.changeAccount('ada@example.com', {primary: later})
  story.simulator.changeAccount('bob@example.com', {primary: SPENT})

  await expect(askHost(story, 'Hello')).rejects.toThrow(
    /^Codex API error: 429\. All 2 ChatGPT accounts have reached their usage limit\. bob@example\.com is back first, after .+\.$/,
  )
  expect(switches(story)).toHaveLength(1)
})

test('a login that was ended elsewhere moves on to the next account', async () => {
  const story = await startWithTwo()
  story.simulator.changeAccount('ada@example.com', {signOut: true})

  expect(await askHost(story, 'Hello')).toContain('heard: Hello')
  expect(whoAnswered(story)).toEqual(['bob@example.com'])
})

test('when the workspace of Ada was deactivated, Bob answers, and her card says why', async () => {
  const story = await startWithTwo()
  story.simulator.changeAccount('ada@example.com', {deactivated: true})

  expect(await askHost(story, 'Hello')).toContain('heard: Hello')
  expect(await askHost(story, 'Hello again')).toContain('heard: Hello again')

  expect(whoAnswered(story)).toEqual(['bob@example.com', 'bob@example.com'])
  expect(switches(story)).toEqual([
    expect.stringMatching(
      /^ada@example\.com was deactivated by OpenAI or its owner, and is asked again after .+ or when you press Connect\. bob@example\.com takes over\.$/,
    ),
  ])
  expect(await story.host.accounts()).toMatchObject([
    {label: 'ChatGPT Plus (was deactivated by OpenAI or its owner)'},
    {label: 'ChatGPT Plus'},
  ])
})

test('when ChatGPT says that the workspace is back, it is free at the next Refresh', async () => {
  const story = await startWithTwo()
  story.simulator.changeAccount('ada@example.com', {deactivated: true})
  await askHost(story, 'Hello')

  story.simulator.changeAccount('ada@example.com', {deactivated: false})
  await story.host.provider().refreshQuotas()
  await askHost(story, 'A new conversation')

  expect(whoAnswered(story)).toEqual(['bob@example.com', 'ada@example.com'])
})

test('a token that is rejected although it is new moves on to the next account', async () => {
  const story = await startWithTwo()
  const fault = {endpoint: 'responses', kind: 'status', status: 401, times: 2} as const
  story.simulator.addFault({...fault, body: {detail: 'Unauthorized'}})

  expect(await askHost(story, 'Hello')).toContain('heard: Hello')

  expect(whoAnswered(story)).toEqual(['bob@example.com'])
})

test('who connects a spent account again, after an upgrade perhaps, has it asked at once', async () => {
  const logins = ['ada@example.com', 'bob@example.com', 'ada@example.com']
  const story = await startStory({
    simulator: {accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}]},
    user: (simulator) => ({
      browse: async (url) => simulator.approve(url, {email: logins.shift() ?? ''}),
    }),
  })
  await story.host.connect()
  await story.host.connect()
  story.simulator.changeAccount('ada@example.com', {primary: SPENT})
  await story.host.provider().refreshQuotas()
  await askHost(story, 'Hello')
  story.simulator.changeAccount('ada@example.com', {primary: {usedPercent: 1}})

  await story.host.connect()
  await askHost(story, 'Hello again')

  expect(whoAnswered(story)).toEqual(['bob@example.com', 'ada@example.com'])
})

test('when a login ends while another account answers, the user is told once', async () => {
  const story = await startWithTwo()
  story.simulator.changeAccount('ada@example.com', {signOut: true})

  await Promise.all([askHost(story, 'One'), askHost(story, 'Two')])
  await story.host.reload()
  await askHost(story, 'Three')

  expect(whoAnswered(story)).toEqual(['bob@example.com', 'bob@example.com', 'bob@example.com'])
  const warnings = story.host.seen.notifications.filter(({type}) => type === 'warning')
  expect(warnings.map(({message}) => message)).toEqual([
    'ada@example.com: Token refresh failed: the login was revoked. Press Connect again to log in.',
  ])
})
