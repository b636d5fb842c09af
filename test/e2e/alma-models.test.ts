import {describe, expect, test} from 'vitest'
import {startStory, type Story, type StoryOptions} from '../support/stories/start-story.ts'
import {eventually} from '../support/eventually.ts'

/** Those that draw, once the models of the account are known. */
const IMAGES = ['gpt-image-2', 'gpt-image-1.5']

const VARIANTS = [
  'gpt-5.2',
  'gpt-5.2-low',
  'gpt-5.2-medium',
  'gpt-5.2-high',
  'gpt-5.2-xhigh',
  'gpt-5.2-codex',
  'gpt-5.2-codex-low',
  'gpt-5.2-codex-high',
  'gpt-5.2-codex-xhigh',
  'gpt-5.1-codex-max',
  'gpt-5.1-codex-max-low',
  'gpt-5.1-codex-max-medium',
  'gpt-5.1-codex-max-xhigh',
  'gpt-5.1-codex',
  'gpt-5.1-codex-low',
  'gpt-5.1-codex-high',
  'gpt-5.1-codex-mini',
  'gpt-5.1-codex-mini-high',
  'gpt-5.1',
  'gpt-5.1-low',
  'gpt-5.1-medium',
  'gpt-5.1-high',
]

test('the selector lists the 22 variants at once, after initialize and after a reload', async () => {
  const {host} = await startStory()

  expect((await host.firstModels()).map(({id}) => id)).toEqual(VARIANTS)
  await host.initialized()
  expect((await host.models()).map(({id}) => id)).toEqual(VARIANTS)
  await host.reload()
  expect((await host.firstModels()).map(({id}) => id)).toEqual(VARIANTS)
})

test('the 22 variants stay in the selector with a login', async () => {
  const {host} = await startStory({connected: true})

  expect((await host.models()).map(({id}) => id)).toEqual(expect.arrayContaining(VARIANTS))
  await host.provider().fetchModels()
  expect((await host.models()).map(({id}) => id)).toEqual(expect.arrayContaining(VARIANTS))
})

test('the Fetch button falls back to what is known when the backend cannot be read', async () => {
  const {host, simulator} = await startStory({connected: true})
  simulator.addFault({endpoint: 'models', kind: 'status', status: 200, body: '<html></html>'})

  const models = await host.provider().fetchModels()

  expect(models.map(({id}) => id)).toEqual(expect.arrayContaining(VARIANTS))
})

test('every variant says what the composer needs to know', async () => {
  const {host} = await startStory()

  const models = await host.models()

  expect(models.find(({id}) => id === 'gpt-5.2-codex-high')).toMatchObject({
    name: 'GPT-5.2 Codex (High Reasoning)',
    contextWindow: 272_000,
    maxOutputTokens: 128_000,
    capabilities: {streaming: true, reasoning: true, functionCalling: true, vision: true},
  })
})

/** The newer models that the simulator gives a Plus account, in the order of its catalogue. */
const NEWER = [
  'gpt-6.2-sol',
  'gpt-6.2-astra',
  'gpt-6.1-terra',
  'gpt-6.1-sol',
  'gpt-6-astra',
  'gpt-6-sol',
  'gpt-6-luna',
  'gpt-5.6-sol',
  'gpt-5.6-terra',
  'gpt-5.6-luna',
  'gpt-5.5',
]

const EMAIL = 'ada@example.com'
const WITHOUT_OLDER = {accounts: [{email: EMAIL, olderModels: false}]}

async function idsOf({host}: Story): Promise<string[]> {
  const models = await host.models()
  return models.map(({id}) => id)
}

/** How often the backend was asked for its models. */
function countQuestions({simulator}: Story): number {
  return simulator.requests.filter(({path}) => path.endsWith('/codex/models')).length
}

/** Waits until the selector shows the account's models. */
async function showsLive(story: Story): Promise<void> {
  await eventually(async () => expect(await idsOf(story)).toContain('gpt-6.1-sol'))
}

/** A story whose account's models are known. */
async function startLive(options: StoryOptions = {}): Promise<Story> {
  const story = await startStory({connected: true, ...options})
  await showsLive(story)
  return story
}

/** Asks once, and waits for the whole answer. */
async function ask(story: Story, model: string): Promise<{status: number; text: string}> {
  const {fetch, baseURL} = await story.host.provider().getSDKConfig()
  const body = JSON.stringify({model, input: 'Hello'})
  const response = await fetch(`${baseURL}/responses`, {method: 'POST', body})
  const text = await response.text()
  story.hear(text)
  return {status: response.status, text}
}

describe('once the account’s models are known', () => {
  test('the selector lists them after a login, and those of the table as their variants', async () => {
    const story = await startLive()

    expect(await idsOf(story)).toEqual([...NEWER, ...VARIANTS, ...IMAGES])
    const models = await story.host.models()
    expect(models.find(({id}) => id === 'gpt-6.1-terra')).toMatchObject({
      name: 'GPT-6.1 Terra',
      contextWindow: 475_000,
      maxOutputTokens: 128_000,
      capabilities: {
        reasoningLevels: ['low', 'medium', 'high', 'xhigh', 'max', 'ultra'],
        vision: true,
      },
    })
    expect(models.find(({id}) => id === 'gpt-5.2-codex-high')).toMatchObject({
      name: 'GPT-5.2 Codex (High Reasoning)',
      contextWindow: 258_400,
    })
    const asked = story.simulator.requests.find(({path}) => path.endsWith('/codex/models'))
    expect(asked).toMatchObject({
      query: '?client_version=0.171.0',
      headers: {
        originator: 'codex_cli_rs',
        version: '0.171.0',
        // Node 20 cannot read zstd.
        'accept-encoding': expect.not.stringContaining('zstd') as unknown,
      },
      account: 'you@example.com',
    })
  })

  test('they are there at once after a restart, without asking', async () => {
    const story = await startLive()
    const questions = countQuestions(story)

    await story.host.reload()

    expect((await story.host.firstModels()).map(({id}) => id)).toEqual([
      ...NEWER,
      ...VARIANTS,
      ...IMAGES,
    ])
    await story.host.initialized()
    expect(await ask(story, 'gpt-5.2')).toMatchObject({status: 200})
    expect(countQuestions(story)).toBe(questions)
  })

  test('an old list is shown at a start, and asked for again', async () => {
    const story = await startLive()
    const {local} = story.host.state
    const {models, ...rest} = JSON.parse(local.get('models') ?? '') as {models: object[]}
    const old = {...rest, models: models.slice(0, 2), takenAtMs: Date.now() - 300_001}
    local.set('models', JSON.stringify(old))

    await story.host.reload()

    expect((await story.host.firstModels()).map(({id}) => id)).toEqual([
      ...NEWER.slice(0, 2),
      ...IMAGES,
    ])
    await eventually(async () =>
      expect(await idsOf(story)).toEqual([...NEWER, ...VARIANTS, ...IMAGES]),
    )
  })

  test('a damaged list is none, and a new one is asked for', async () => {
    const story = await startLive()
    story.host.state.local.set('models', '{"models": [{"id": "gpt-7"}]}')

    await story.host.reload()

    expect((await story.host.firstModels()).map(({id}) => id)).toEqual(VARIANTS)
    await showsLive(story)
  })

  test('with the last account they go, also from the disk', async () => {
    const story = await startLive()

    await story.host.disconnect()

    expect(await idsOf(story)).toEqual(VARIANTS)
    expect([...story.host.state.local.keys()]).not.toContain('models')
    await story.host.reload()
    expect((await story.host.firstModels()).map(({id}) => id)).toEqual(VARIANTS)
  })

  test('retired models are listed only for whoever wants all, and are asked for all the same', async () => {
    const story = await startLive({simulator: WITHOUT_OLDER})
    expect(await idsOf(story)).toEqual([...NEWER, ...IMAGES])

    story.host.changeSetting('openaiCodex.models', 'all')
    expect(await idsOf(story)).toEqual([...NEWER, ...VARIANTS, ...IMAGES])

    expect(await ask(story, 'openai-codex:gpt-5.2-codex-high')).toMatchObject({status: 400})
    expect(story.simulator.requests.at(-1)?.body).toMatchObject({
      model: 'gpt-5.2-codex',
      reasoning: {effort: 'high'},
    })
  })

  test('a live model is asked in its own form, with an effort that only it has', async () => {
    const story = await startLive()

    expect(await ask(story, 'gpt-6.1-sol-max')).toMatchObject({status: 200})
    expect(story.simulator.requests.at(-1)?.body).toMatchObject({
      model: 'gpt-6.1-sol',
      reasoning: {effort: 'max'},
    })
  })

  test('fast mode counts from the next request, where the model has it', async () => {
    const story = await startLive()
    await ask(story, 'gpt-6.1-sol')
    expect(story.simulator.requests.at(-1)?.body).not.toHaveProperty('service_tier')

    story.host.changeSetting('openaiCodex.fastMode', true)
    await ask(story, 'gpt-6.1-sol')

    expect(story.simulator.requests.at(-1)?.body).toMatchObject({service_tier: 'priority'})
  })

  test('the Fetch button sees at once what changed', async () => {
    const story = await startLive({simulator: {accounts: [{email: EMAIL}]}})
    story.simulator.changeAccount(EMAIL, {olderModels: false})

    const fetched = await story.host.provider().fetchModels()

    expect(fetched.map(({id}) => id)).toEqual([...NEWER, ...IMAGES])
    expect(await idsOf(story)).toEqual([...NEWER, ...IMAGES])
  })

  test('an answer tells that something changed, and the list follows', async () => {
    const story = await startLive({simulator: {accounts: [{email: EMAIL}]}})
    await story.host.reload()
    story.simulator.changeAccount(EMAIL, {olderModels: false})
    expect(await idsOf(story)).toEqual([...NEWER, ...VARIANTS, ...IMAGES])

    expect(await ask(story, 'gpt-5.5')).toMatchObject({status: 200})

    await eventually(async () => expect(await idsOf(story)).toEqual([...NEWER, ...IMAGES]))
  })
})

test('a request does not wait for the models', async () => {
  const story = await startStory()
  story.simulator.addFault({endpoint: 'models', kind: 'stall', times: 9})
  await story.host.connect()

  expect(await ask(story, 'gpt-5.2-codex-high')).toMatchObject({status: 200})
  expect(await idsOf(story)).toEqual(VARIANTS)
  await eventually(() => expect(countQuestions(story)).toBeGreaterThan(0))
})

test('nobody is asked before a login', async () => {
  const story = await startStory()
  await story.host.initialized()

  const models = await story.host.provider().fetchModels()

  expect(models.map(({id}) => id)).toEqual(VARIANTS)
  expect(countQuestions(story)).toBe(0)
})

test.each([
  ['gpt-5.2-codex-high', 'OpenAI retired the model gpt-5.2-codex', 'Choose gpt-6-luna.'],
  [
    'gpt-6.1-sol',
    'plan of this account does not include the model gpt-6.1-sol',
    'choose gpt-6-luna.',
  ],
  ['gpt-9', 'ChatGPT knows no model gpt-9', 'choose gpt-6-luna.'],
])(
  'whoever asks for %s reads why there is no answer, and what works',
  async (model, why, advice) => {
    const accounts = [{email: EMAIL, plan: 'free', olderModels: false}]
    const story = await startStory({connected: true, simulator: {accounts}})
    await eventually(async () => expect(await idsOf(story)).toContain('gpt-6-luna'))

    const {text} = await ask(story, model)

    expect(text).toContain(why)
    expect(text).toContain(advice)
  },
)
