import {expect, test} from 'vitest'
import {createEarlierAccounts, createEarlierLogin} from '../support/stories/earlier-plugin.ts'
import {startStory} from '../support/stories/start-story.ts'

const ACCOUNTS = {accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}]}

test('the login of version 1.0.0 is taken over', async () => {
  const story = await startStory({simulator: ACCOUNTS})

  await createEarlierLogin(story, {email: 'bob@example.com'})

  expect(await story.host.accounts()).toMatchObject([{email: 'bob@example.com'}])
  const {ai} = await story.host.sdk(6)
  const model = await story.host.languageModel(6, 'gpt-5.2-codex')
  expect((await ai.generateText({model, prompt: 'Hello'})).text).not.toBe('')
})

test('the accounts of version 1.9.0 are taken over, the active one first', async () => {
  const story = await startStory({simulator: ACCOUNTS})

  await createEarlierAccounts(story, ['ada@example.com', 'bob@example.com'])

  expect(await story.host.accounts()).toMatchObject([
    {email: 'bob@example.com'},
    {email: 'ada@example.com'},
  ])
})

test('a login that was taken over does not come back after a logout', async () => {
  const story = await startStory({simulator: ACCOUNTS})
  await createEarlierAccounts(story, ['ada@example.com'])
  expect(await story.host.accounts()).toHaveLength(1)

  await story.host.disconnect()
  await story.host.reload()

  expect(await story.host.accounts()).toEqual([])
})

test.each([
  ['text', 'codex_tokens', 'not json'],
  ['a number', 'codex_tokens', '17'],
  ['nothing inside', 'codex_tokens', '{}'],
  ['a wrong type', 'codex_tokens', '{"access_token":1,"refresh_token":[],"expires_at":"x"}'],
  ['a list', 'codex_accounts_v2', '[]'],
  ['a broken record', 'codex_accounts_v2', '{"a":{"tokens":null},"b":7}'],
  ['null', 'accounts', 'null'],
  ['half a file', 'accounts', '{"version":1,"ids":["a'],
])('garbage in the secrets (%s in %s) does not keep anyone from connecting', async (...given) => {
  const [, key, value] = given
  const story = await startStory()
  story.host.state.secrets.set(key, value)
  await story.host.reload()
  expect(await story.host.firstModels()).toHaveLength(22)
  expect(await story.host.accounts()).toEqual([])

  expect(await story.host.connect()).toEqual({success: true})

  await story.host.reload()
  expect(await story.host.accounts()).toHaveLength(1)
})

test.each([
  ['openaiCodex.reasoningSummary', 7],
  ['openaiCodex.reasoningSummary', 'loud'],
  ['openaiCodex.textVerbosity', {low: true}],
  ['openaiCodex.instructions', ['no', 'text']],
])('the setting %s with the value %j is ignored', async (key, value) => {
  const story = await startStory({connected: true})
  story.host.changeSetting(key, value)
  const {ai} = await story.host.sdk(6)
  const model = await story.host.languageModel(6, 'gpt-5.2-codex-high')

  const {text} = await ai.generateText({model, prompt: 'Hello'})

  expect(text).not.toBe('')
  const bodies = story.simulator.requests.map(({body}) => body)
  expect(bodies.at(-1)).toMatchObject({
    reasoning: {effort: 'high', summary: 'auto'},
    instructions: expect.stringMatching(/./) as unknown,
  })
  expect(story.host.log).toContainEqual({
    level: 'warn',
    text: expect.stringContaining(key) as unknown,
  })
})
