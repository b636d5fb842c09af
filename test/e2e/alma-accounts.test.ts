import {expect, test} from 'vitest'
import type {User} from '../support/alma/user.ts'
import {SENTENCE} from '../support/sentence.ts'
import {askHost, whoAnswered} from '../support/stories/ask-host.ts'
import {startStory, type Story} from '../support/stories/start-story.ts'

const EMAILS = ['ada@example.com', 'bob@example.com', 'carol@example.com']
const SPENT = {usedPercent: 100, resetAfterSeconds: 3600}

interface Script {
  /** The labels that are picked from the lists, one after the other. */
  readonly picks?: readonly string[]
  /** What is typed into the boxes, one after the other. */
  readonly texts?: readonly string[]
}

/** Three accounts are connected, in this order. */
async function startWithThree(script: Script = {}): Promise<Story & {lists: string[][]}> {
  const logins = [...EMAILS]
  const picks = [...(script.picks ?? [])]
  const texts = [...(script.texts ?? [])]
  const lists: string[][] = []
  const user: User = {
    pick: (items) => {
      lists.push(items.map(({label, detail}) => (detail ? `${label}: ${detail}` : label)))
      return picks.shift()
    },
    type: () => texts.shift(),
  }
  const story = await startStory({
    simulator: {accounts: EMAILS.map((email) => ({email}))},
    user: (simulator) => ({
      ...user,
      browse: async (url) => simulator.approve(url, {email: logins.shift() ?? ''}),
    }),
  })
  while (logins.length > 0) {
    await story.host.connect()
  }
  return {...story, lists}
}

function lastMessage({host}: Story): string | undefined {
  return host.seen.notifications.at(-1)?.message
}

test.each([5, 6, 7] as const)(
  'three accounts answer one after the other as their quotas are spent (AI SDK %i)',
  async (major) => {
    const story = await startWithThree()
    await story.host.provider().refreshQuotas()

    for (const email of EMAILS) {
      expect(await askHost(story, 'Hello', major)).toContain('heard: Hello')
      story.simulator.changeAccount(email, {primary: SPENT})
    }
    await expect(askHost(story, 'Hello', major)).rejects.toThrow('All 3 ChatGPT accounts')

    expect(whoAnswered(story)).toEqual(EMAILS)
    const told = story.host.seen.notifications.filter(({message}) => /takes over/.test(message))
    expect(told.map(({message}) => message.replace(/, and rests until .+?\. /, '. '))).toEqual([
      'ada@example.com has reached its ChatGPT usage limit. bob@example.com takes over.',
      'bob@example.com has reached its ChatGPT usage limit. carol@example.com takes over.',
    ])
  },
)

test('Switch lets another account go first, from the next request on', async () => {
  const story = await startWithThree({picks: ['bob@example.com']})
  await askHost(story, 'Hello')

  await story.host.run('openai-codex-auth.switchAccount')
  await askHost(story, 'Hello')

  expect(whoAnswered(story)).toEqual(['ada@example.com', 'bob@example.com'])
  expect(lastMessage(story)).toBe('bob@example.com answers first from now on.')
  await story.host.reload()
  await askHost(story, 'After the restart')
  expect(whoAnswered(story).at(-1)).toBe('bob@example.com')
})

test('with a single account, Switch says how to add another', async () => {
  const story = await startStory({connected: true})

  await story.host.run('openai-codex-auth.switchAccount')

  expect(lastMessage(story)).toBe(
    'Only one ChatGPT account is logged in. Press Connect again to add another.',
  )
})

test('a paused account is not asked until it is resumed', async () => {
  const story = await startWithThree({
    picks: ['ada@example.com', 'Pause', 'ada@example.com', 'Resume'],
  })

  await story.host.run('openai-codex-auth.accounts')
  expect(lastMessage(story)).toBe('ada@example.com is paused.')
  await askHost(story, 'One')
  await story.host.run('openai-codex-auth.accounts')
  await askHost(story, 'Two')

  expect(whoAnswered(story)).toEqual(['bob@example.com', 'ada@example.com'])
})

test('a pause outlives a logout, and the next login says so', async () => {
  const story = await startStory({
    connected: true,
    user: (simulator) => ({
      browse: async (url) => simulator.approve(url),
      pick: (items) => items.find(({label}) => label === 'Pause')?.label ?? 'you@example.com',
    }),
  })
  await story.host.run('openai-codex-auth.accounts')

  await story.host.disconnect()
  await story.host.connect()

  expect(lastMessage(story)).toBe(
    'Logged in as you@example.com (ChatGPT Plus). It is still paused.',
  )
})

test('an account is used up to its ceiling', async () => {
  const story = await startWithThree({
    picks: ['ada@example.com', 'Set a ceiling…', 'weekly limit'],
    texts: ['80'],
  })
  story.simulator.changeAccount('ada@example.com', {secondary: {usedPercent: 79}})
  await story.host.provider().refreshQuotas()

  await story.host.run('openai-codex-auth.accounts')
  expect(lastMessage(story)).toBe('ada@example.com may use 80 % of its weekly limit.')
  await askHost(story, 'One')
  story.simulator.changeAccount('ada@example.com', {secondary: {usedPercent: 81}})
  await story.host.provider().refreshQuotas()
  await askHost(story, 'Two')

  expect(whoAnswered(story)).toEqual(['ada@example.com', 'bob@example.com'])
})

test('a higher priority goes before the order', async () => {
  const story = await startWithThree({
    picks: ['carol@example.com', 'Set the priority…'],
    texts: ['2'],
  })

  await story.host.run('openai-codex-auth.accounts')
  await askHost(story, 'Hello')

  expect(lastMessage(story)).toBe('carol@example.com now has priority 2.')
  expect(whoAnswered(story)).toEqual(['carol@example.com'])
})

test('one account can be logged out from the list of accounts', async () => {
  const story = await startWithThree({picks: ['bob@example.com', 'Log out']})

  await story.host.run('openai-codex-auth.accounts')

  expect(await story.host.accounts()).toMatchObject([
    {email: 'ada@example.com'},
    {email: 'carol@example.com'},
  ])
})

test('the list of accounts says what is left of each limit, and until when', async () => {
  const story = await startWithThree()
  story.simulator.changeAccount('ada@example.com', {primary: {usedPercent: 12}})
  story.simulator.changeAccount('bob@example.com', {primary: SPENT})
  await story.host.provider().refreshQuotas()

  await story.host.run('openai-codex-auth.accounts')

  expect(story.lists[0]).toEqual([
    expect.stringMatching(
      /^ada@example\.com: is logged in · 88 % left of the 5 h limit, resets on .+ · 100 % left of the weekly limit/,
    ),
    expect.stringMatching(/^bob@example\.com: .*0 % left of the 5 h limit, resets on /),
    expect.stringMatching(/^carol@example\.com: is logged in · 100 % left of the 5 h limit/),
    'Log in with another account',
  ])
})

test('Why this account names every account, and what spoke against it', async () => {
  const story = await startWithThree({picks: ['ada@example.com', 'Pause']})
  await story.host.run('openai-codex-auth.whyThisAccount')
  expect(lastMessage(story)).toBe('No request has been made since the start.')
  await story.host.run('openai-codex-auth.accounts')
  story.simulator.changeAccount('bob@example.com', {primary: SPENT})
  await askHost(story, 'Hello')

  await story.host.run('openai-codex-auth.whyThisAccount')

  expect(lastMessage(story)).toMatch(
    /^.+: carol@example\.com answered after bob@example\.com could not\. ada@example\.com is paused\. bob@example\.com is the first in order\. carol@example\.com is later in order\.$/,
  )
})

test('the status says what is left, and who has to sign in again', async () => {
  const story = await startWithThree()
  story.simulator.changeAccount('bob@example.com', {signOut: true})
  story.simulator.changeAccount('ada@example.com', {primary: {usedPercent: 40}})
  await story.host.provider().refreshQuotas()

  await story.host.run('openai-codex-auth.status')

  const message = lastMessage(story) ?? ''
  expect(message).toMatch(SENTENCE)
  expect(message).toMatch(
    /ada@example\.com \(ChatGPT Plus\) is logged in; 60 % left of the 5 h limit/,
  )
})

test('the status bar shows the account, what is left of its tightest limit, and until when', async () => {
  const story = await startWithThree()
  story.simulator.changeAccount('ada@example.com', {primary: {usedPercent: 40}})
  await askHost(story, 'Hello')

  await expect
    .poll(() => story.host.seen.statusBar.map(({text}) => text))
    .toEqual([expect.stringMatching(/^Codex: ada@example\.com 59 % \(5 h\), resets .+/)])
  expect(story.host.seen.statusBar[0]).toMatchObject({
    command: 'openai-codex-auth.accounts',
    tooltip: expect.stringContaining('weekly limit') as unknown,
  })
})

test('the status bar is empty while nobody is connected', async () => {
  const story = await startStory({connected: true})
  await expect.poll(() => story.host.seen.statusBar).toHaveLength(1)

  await story.host.disconnect()

  await expect.poll(() => story.host.seen.statusBar).toHaveLength(0)
})

test('a host without a status bar and without lists still answers', async () => {
  const story = await startStory({
    connected: true,
    withoutUi: ['createStatusBarItem', 'showQuickPick', 'showInputBox', 'showConfirmDialog'],
  })

  expect(await askHost(story, 'Hello')).toContain('heard: Hello')
  await story.host.run('openai-codex-auth.accounts')

  expect(lastMessage(story)).toMatch(/^you@example\.com \(ChatGPT Plus\) is logged in/)
})

test('a warning comes once for each threshold and window', async () => {
  const story = await startStory({connected: true})
  const warnings = () =>
    story.host.seen.notifications
      .filter(({type}) => type === 'warning')
      .map(({message}) => message.replace(/ It resets on .+/, ''))
  const use = async (usedPercent: number) => {
    story.simulator.changeAccount('you@example.com', {primary: {usedPercent}})
    await askHost(story, 'Hello')
  }

  await use(70)
  await use(80)
  await use(82)
  await use(96)
  await story.host.reload()
  await use(96)

  await expect
    .poll(warnings)
    .toEqual([
      'you@example.com has 19 % left of its 5 h limit.',
      'you@example.com has 3 % left of its 5 h limit.',
    ])
})
