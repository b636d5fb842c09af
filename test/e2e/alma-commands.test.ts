import {expect, test} from 'vitest'
import {SENTENCE} from '../support/sentence.ts'
import type {User} from '../support/alma/user.ts'
import {startStory, type Story} from '../support/stories/start-story.ts'

const ACCOUNTS = {accounts: [{email: 'ada@example.com', plan: 'plus'}]}

/** Ada and Bob are connected, in this order. */
async function startWithTwo(pick: NonNullable<User['pick']>): Promise<Story> {
  const logins = ['ada@example.com', 'bob@example.com']
  const story = await startStory({
    simulator: {accounts: logins.map((email) => ({email}))},
    user: (simulator) => ({
      browse: async (url) => simulator.approve(url, {email: logins.shift() ?? ''}),
      pick,
    }),
  })
  await story.host.connect()
  await story.host.connect()
  return story
}

test('every command of the palette is registered', async () => {
  const {host} = await startStory()

  expect(host.palette().map(({title}) => title)).toEqual(
    expect.arrayContaining(['Login to ChatGPT (Codex)', 'Logout from ChatGPT (Codex)']),
  )
  expect(host.commandIds()).toEqual(expect.arrayContaining(host.palette().map(({id}) => id)))
})

test('the login command starts a login', async () => {
  const {host} = await startStory({simulator: ACCOUNTS})

  await host.run('openai-codex-auth.login')

  expect(await host.accounts()).toMatchObject([{email: 'ada@example.com'}])
  expect(host.seen.notifications).toMatchObject([
    {type: 'success', message: expect.stringContaining('ada@example.com') as unknown},
  ])
})

test('a login command that fails says why', async () => {
  const {host} = await startStory({oauthFlow: 'cancelled'})

  await host.run('openai-codex-auth.login')

  const [notification] = host.seen.notifications.filter(({type}) => type === 'error')
  expect(notification?.message).toMatch(SENTENCE)
})

test('the logout command revokes the login and clears the secrets', async () => {
  const {host, simulator} = await startStory({simulator: ACCOUNTS, connected: true})

  await host.run('openai-codex-auth.logout')

  expect(await host.accounts()).toEqual([])
  expect(await host.provider().isAuthenticated()).toBe(false)
  expect(simulator.requests.filter(({path}) => path === '/oauth/revoke')).toMatchObject([
    {status: 200},
  ])
  expect([...host.state.secrets.values()].join()).not.toMatch(/accessToken|eyJ/)
})

test('the logout command signs out of the account that is picked, and of no other', async () => {
  const {host} = await startWithTwo((items) => {
    expect(items.map(({label}) => label)).toEqual([
      'ada@example.com',
      'bob@example.com',
      'All accounts',
    ])
    return 'ada@example.com'
  })

  await host.run('openai-codex-auth.logout')

  expect(await host.accounts()).toMatchObject([{email: 'bob@example.com'}])
  expect(host.seen.notifications.at(-1)?.message).toBe('Logged out of ada@example.com.')
})

test('the logout command signs out of all accounts when that is picked', async () => {
  const {host} = await startWithTwo(() => 'All accounts')

  await host.run('openai-codex-auth.logout')

  expect(await host.accounts()).toEqual([])
})

test('the logout command does nothing when nobody is picked', async () => {
  const {host} = await startWithTwo(() => undefined)
  const before = host.seen.notifications.length

  await host.run('openai-codex-auth.logout')

  expect(await host.accounts()).toHaveLength(2)
  expect(host.seen.notifications).toHaveLength(before)
})

test('Disconnect signs out even when the server cannot be reached', async () => {
  const {host, simulator} = await startStory({connected: true})
  simulator.addFault({endpoint: 'revoke', kind: 'cut', times: 9})

  await host.disconnect()

  expect(await host.accounts()).toEqual([])
  await host.reload()
  expect(await host.accounts()).toEqual([])
})

test('the status command says who is connected', async () => {
  const {host} = await startStory({simulator: ACCOUNTS})

  await host.run('openai-codex-auth.status')
  await host.connect()
  await host.run('openai-codex-auth.status')

  const messages = host.seen.notifications.map(({message}) => message)
  expect(messages[0]).toMatch(/^No ChatGPT account/)
  expect(messages.at(-1)).toContain('ada@example.com')
  for (const message of messages) expect(message).toMatch(SENTENCE)
})

test('Refresh shows what is left of the limits', async () => {
  const {host} = await startStory({simulator: ACCOUNTS, connected: true})

  await host.provider().refreshQuotas()

  const [account] = await host.accounts()
  expect(account?.quota?.models.map(({percentage}) => percentage)).toEqual([100, 100])
})

test('a plugin that was disposed leaves no command behind', async () => {
  const {host} = await startStory()

  host.stop()

  expect(host.commandIds()).toEqual([])
})
