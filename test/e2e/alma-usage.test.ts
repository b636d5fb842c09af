import {expect, onTestFinished, test, vi} from 'vitest'
import {askHost} from '../support/stories/ask-host.ts'
import {startStory, type Story} from '../support/stories/start-story.ts'

const EMAIL = 'ada@example.com'
const WEEKLY = {minutes: 10_080, percentPerRequest: 1}

/** The bars of the only account, as `name: percentage`. */
async function bars({host}: Story): Promise<string[]> {
  const [account] = await host.accounts()
  return account?.quota?.models.map(({name, percentage}) => `${name}: ${percentage}`) ?? []
}

function countQuestions({simulator}: Story): number {
  return simulator.requests.filter(({path}) => path.endsWith('/usage')).length
}

test('after a login the card shows every limit and the credits, without a press on Refresh', async () => {
  const story = await startStory({
    connected: true,
    simulator: {
      accounts: [
        {
          email: EMAIL,
          credits: {balance: 12.5},
          windows: [{minutes: 300}, {...WEEKLY, usedPercent: 40}],
          additionalLimits: [
            {name: 'GPT-5.3-Codex-Spark', id: 'codex_bengalfox', windows: [WEEKLY]},
          ],
        },
      ],
    },
  })

  await expect
    .poll(() => bars(story))
    .toEqual(['codex (5 h): 100', 'codex (weekly): 60', 'GPT-5.3-Codex-Spark (weekly): 100'])
  expect(await story.host.accounts()).toMatchObject([{label: 'ChatGPT Plus, 12.5 credits'}])
})

test.each(['midway', true, false] as const)(
  'every answer moves the bars, and asks for nothing (event in the stream: %s)',
  async (sendsRateLimitsEvent) => {
    const windows = [{minutes: 10_080, percentPerRequest: 10}]
    const story = await startStory({
      connected: true,
      simulator: {sendsRateLimitsEvent, accounts: [{email: EMAIL, windows}]},
    })
    await expect.poll(() => bars(story)).toEqual(['codex (weekly): 100'])

    await askHost(story, 'One')
    await askHost(story, 'Two')

    expect(await bars(story)).toEqual(['codex (weekly): 80'])
    expect(countQuestions(story)).toBe(1)
  },
)

test('what is known outlives a restart, and is not asked for again at once', async () => {
  const story = await startStory({
    connected: true,
    simulator: {accounts: [{email: EMAIL, windows: [{minutes: 43_200, usedPercent: 30}]}]},
  })
  await expect.poll(() => bars(story)).toEqual(['codex (monthly): 70'])

  await story.host.reload()
  await story.host.initialized()

  expect(await bars(story)).toEqual(['codex (monthly): 70'])
  expect(countQuestions(story)).toBe(1)
})

test.each(['status', 'accounts'])('the command %s tells what is left now', async (command) => {
  const clock = {aheadMs: 0}
  const {now} = Date
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => now() + clock.aheadMs)
  onTestFinished(() => spy.mockRestore())
  const details: string[] = []
  const story = await startStory({
    connected: true,
    simulator: {accounts: [{email: EMAIL, windows: [{minutes: 43_200, usedPercent: 30}]}]},
    user: (simulator) => ({
      browse: async (url) => simulator.approve(url),
      pick: (items) => void details.push(...items.map(({detail = ''}) => detail)),
    }),
  })
  await expect.poll(() => bars(story)).toEqual(['codex (monthly): 70'])

  await story.host.run(`openai-codex-auth.${command}`)
  expect(countQuestions(story)).toBe(1)
  story.simulator.changeAccount(EMAIL, {primary: {usedPercent: 60}})
  clock.aheadMs = 15 * 60_000
  await story.host.run(`openai-codex-auth.${command}`)

  const told = [...details, ...story.host.seen.notifications.map(({message}) => message)]
  expect(told.join(' ')).toContain('40 % left of the monthly limit')
  expect(countQuestions(story)).toBe(2)
})

test('usage that the backend refuses to tell disables nobody', async () => {
  const story = await startStory({simulator: {accounts: [{email: EMAIL, windows: [WEEKLY]}]}})
  story.simulator.addFault({endpoint: 'usage', kind: 'status', status: 403, times: 10})
  await story.host.connect()
  await expect.poll(() => countQuestions(story)).toBe(2)

  expect(await askHost(story, 'Hello')).toContain('heard: Hello')

  expect(await bars(story)).toEqual(['codex (weekly): 99'])
  expect(await story.host.accounts()).not.toMatchObject([{isRateLimited: true}])
})

test('usage that still says empty after a refusal does not send requests to be refused', async () => {
  const story = await startStory({
    connected: true,
    simulator: {accounts: [{email: EMAIL, windows: [WEEKLY]}]},
  })
  await expect.poll(() => bars(story)).toEqual(['codex (weekly): 100'])
  const spent = {usedPercent: 100, resetAfterSeconds: 3600}
  story.simulator.changeAccount(EMAIL, {usage: 'lagging', primary: spent})

  await expect(askHost(story, 'Hello')).rejects.toThrow('has reached')

  expect(await story.host.accounts()).toMatchObject([
    {isRateLimited: true, quota: {models: [{name: 'codex (weekly)', percentage: 0}]}},
  ])
})
