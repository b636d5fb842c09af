import {expect, test} from 'vitest'
import type {User} from '../support/alma/user.ts'
import {SENTENCE} from '../support/sentence.ts'
import {startStory, type StoryOptions} from '../support/stories/start-story.ts'
import {eventually} from '../support/eventually.ts'

type Story = Awaited<ReturnType<typeof startStory>>
type Paste = (redirect: URL) => string

/** Somebody who logs in in the browser and pastes what `paste` makes of the redirect URL. */
function pasting(paste: Paste): NonNullable<StoryOptions['user']> {
  return (simulator): User => ({
    browse: async (url) => simulator.approve(url),
    type: async (_box, openedUrl) => paste(await simulator.approve(openedUrl ?? '')),
  })
}

/** Somebody who says no on the login page. */
function refusing(paste?: Paste): NonNullable<StoryOptions['user']> {
  return (simulator): User => ({
    browse: async (url) => simulator.approve(url, {cancel: true}),
    ...(paste && {
      type: async (_box, openedUrl) =>
        paste(await simulator.approve(openedUrl ?? '', {cancel: true})),
    }),
  })
}

function withForeignState(redirect: URL): URL {
  const url = new URL(redirect)
  url.searchParams.set('state', 'foreign')
  return url
}

async function expectNotConnected({host}: Story): Promise<void> {
  expect(await host.provider().isAuthenticated()).toBe(false)
  expect(await host.accounts()).toEqual([])
}

test('Connect logs in through the browser, and the account is there after a restart', async () => {
  const {host} = await startStory({simulator: {accounts: [{email: 'ada@example.com'}]}})
  expect(await host.provider().isAuthenticated()).toBe(false)

  expect(await host.connect()).toEqual({success: true})

  expect(await host.provider().isAuthenticated()).toBe(true)
  expect(await host.accounts()).toMatchObject([{email: 'ada@example.com'}])
  await host.reload()
  expect(await host.provider().isAuthenticated()).toBe(true)
  expect(await host.accounts()).toMatchObject([{email: 'ada@example.com'}])
})

test.each(['missing', 'busy', 'cancelled', 'unusable'] as const)(
  'when the host’s login is %s, the user pastes the address the browser ended on',
  async (oauthFlow) => {
    const {host} = await startStory({oauthFlow, user: pasting(({href}) => href)})

    expect(await host.connect()).toEqual({success: true})

    expect(host.seen.opened).toHaveLength(1)
    expect(host.seen.inputBoxes).toHaveLength(1)
    expect(await host.accounts()).toHaveLength(1)
  },
)

test.each<[string, Paste]>([
  ['the address with spaces around it', ({href}) => `  ${href}\n`],
  ['the address without its scheme', ({href}) => href.replace('http://', '')],
  ['code=…&state=…', ({search}) => search.slice(1)],
  ['code#state', ({searchParams}) => `${searchParams.get('code')}#${searchParams.get('state')}`],
  ['the bare code', ({searchParams}) => searchParams.get('code') ?? ''],
])('%s can be pasted as well', async (_name, paste) => {
  const {host} = await startStory({oauthFlow: 'missing', user: pasting(paste)})

  expect(await host.connect()).toEqual({success: true})
  expect(await host.accounts()).toHaveLength(1)
})

test('an answer to another login is refused when the host hands it over', async () => {
  const story = await startStory({
    user: (simulator) => ({
      browse: async (url) => withForeignState(await simulator.approve(url)),
    }),
  })

  const {success, error} = await story.host.connect()

  expect(success).toBe(false)
  expect(error).toMatch(SENTENCE)
  await expectNotConnected(story)
  story.hear(error)
})

test('an answer to another login is refused while it is pasted, with the reason', async () => {
  const user = pasting((redirect) => withForeignState(redirect).href)
  const story = await startStory({oauthFlow: 'missing', user})

  const {success, error} = await story.host.connect()

  expect(success).toBe(false)
  expect(story.host.seen.refusals).toHaveLength(1)
  for (const sentence of [error, ...story.host.seen.refusals]) expect(sentence).toMatch(SENTENCE)
  await expectNotConnected(story)
  story.hear(error)
})

test('after a wrong paste the right one still works', async () => {
  const {host} = await startStory({
    oauthFlow: 'missing',
    user: (simulator) => ({
      type: async (_box, openedUrl) => {
        const {href} = await simulator.approve(openedUrl ?? '')
        return ['nothing of it', href]
      },
    }),
  })

  expect(await host.connect()).toEqual({success: true})
})

test.each<[string, Paste | undefined]>([
  ['dismisses the box', undefined],
  ['pastes the refusal', ({href}) => href],
])('when the user says no on the login page and %s, Connect says so', async (_name, paste) => {
  const story = await startStory({user: refusing(paste)})

  const {success, error} = await story.host.connect()

  expect(success).toBe(false)
  expect(error).toMatch(SENTENCE)
  await expectNotConnected(story)
})

test.each([
  [['startOAuthFlow', 'showInputBox'] as const],
  [['startOAuthFlow', 'showInputBox', 'openExternal'] as const],
  [['startOAuthFlow', 'openExternal'] as const],
])('a host without %j gets a sentence, not an exception', async (withoutUi) => {
  const story = await startStory({withoutUi, oauthFlow: 'cancelled'})

  const {success, error} = await story.host.connect()

  expect(success).toBe(false)
  expect(error).toMatch(SENTENCE)
  await expectNotConnected(story)
})

test.each<StoryOptions>([{withoutUi: ['openExternal']}, {opensBrowser: false}])(
  'where no browser can be opened (%j), the user is shown the address',
  async (options) => {
    const {host} = await startStory({oauthFlow: 'missing', ...options})

    await host.connect()

    expect(host.seen.notifications.map(({message}) => message).join()).toContain(
      '/oauth/authorize?',
    )
  },
)

test('logging in again renews the account, another user adds one', async () => {
  const logins = ['ada@example.com', 'ada@example.com', 'bob@example.com']
  const {host} = await startStory({
    simulator: {accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}]},
    user: (simulator) => ({
      browse: async (url) => simulator.approve(url, {email: logins.shift() ?? ''}),
    }),
  })

  await host.connect()
  await host.connect()
  expect(await host.accounts()).toMatchObject([{email: 'ada@example.com'}])

  await host.connect()
  expect(await host.accounts()).toMatchObject([
    {email: 'ada@example.com'},
    {email: 'bob@example.com'},
  ])
})

test('two logins at once are two accounts, and the answer to one is none to the other', async () => {
  const waiting: string[] = []
  const isCrossed = {value: false}
  const {host} = await startStory({
    simulator: {accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}]},
    user: (simulator) => ({
      browse: async (url) => {
        const mine = waiting.push(url) - 1
        await eventually(() => expect(waiting).toHaveLength(2))
        const answered = isCrossed.value ? waiting[1 - mine]! : url
        const email = mine === 0 ? 'ada@example.com' : 'bob@example.com'
        return simulator.approve(answered, {email})
      },
    }),
  })

  expect(await Promise.all([host.connect(), host.connect()])).toEqual([
    {success: true},
    {success: true},
  ])
  expect(await host.accounts()).toHaveLength(2)

  waiting.length = 0
  isCrossed.value = true
  expect(await Promise.all([host.connect(), host.connect()])).toMatchObject([
    {success: false, error: expect.stringMatching(/belongs to another login/) as unknown},
    {success: false, error: expect.stringMatching(/belongs to another login/) as unknown},
  ])
})

test.each([
  ['a web page', {kind: 'status', status: 502, body: '<html>Bad gateway</html>'}],
  ['a page with status 200', {kind: 'status', status: 200, body: '<html>Sign in</html>'}],
  ['no answer', {kind: 'cut'}],
  ['a refusal', {kind: 'status', status: 400, body: {error: 'invalid_grant'}}],
] as const)(
  'a login that the server answers with %s fails with a sentence',
  async (_name, fault) => {
    const story = await startStory()
    story.simulator.addFault({endpoint: 'token', times: 5, ...fault})

    const {success, error} = await story.host.connect()

    expect(success).toBe(false)
    expect(error).toMatch(SENTENCE)
    await expectNotConnected(story)
    story.hear(error)
  },
)
