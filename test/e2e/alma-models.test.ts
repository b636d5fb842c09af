import {expect, test} from 'vitest'
import {startStory} from '../support/start-story.ts'

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
