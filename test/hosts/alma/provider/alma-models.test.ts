import {expect, test} from 'vitest'
import {toAlmaModels} from '../../../../src/hosts/alma/provider/alma-models.ts'
import type {ModelChoice} from '../../../../src/settings/codex-settings.ts'
import {createLiveCatalogue, createStaticCatalogue} from '../../../../src/models/model-catalogue.ts'
import type {ModelInfo} from '../../../../src/models/model-info.ts'
import {createModel} from '../../../support/engine/create-model.ts'

const VARIANTS = toAlmaModels(createStaticCatalogue(), 'live')

function listLive(models: readonly ModelInfo[], choice: ModelChoice = 'live') {
  return toAlmaModels(createLiveCatalogue(models), choice)
}

test('a variant tells the composer what its model can do', () => {
  expect(VARIANTS).toHaveLength(22)
  expect(VARIANTS.find(({id}) => id === 'gpt-5.2-codex')).toEqual({
    id: 'gpt-5.2-codex',
    name: 'GPT-5.2 Codex',
    description: 'GPT-5.2 Codex - optimized for coding tasks',
    contextWindow: 272_000,
    maxOutputTokens: 128_000,
    capabilities: {
      streaming: true,
      reasoning: true,
      reasoningLevels: ['low', 'medium', 'high', 'xhigh'],
      functionCalling: true,
      vision: true,
    },
    providerOptions: {baseModel: 'gpt-5.2-codex', reasoning: 'medium'},
  })
})

test('models whose default is no reasoning still offer the levels', () => {
  const model = VARIANTS.find(({id}) => id === 'gpt-5.1')

  expect(model?.capabilities).toMatchObject({
    reasoning: true,
    reasoningLevels: ['low', 'medium', 'high'],
  })
  expect(model).not.toHaveProperty('maxOutputTokens')
})

test('only the six bare ids have a description', () => {
  const described = VARIANTS.filter(({description}) => description !== undefined)

  expect(described.map(({id}) => id)).toEqual([
    'gpt-5.2',
    'gpt-5.2-codex',
    'gpt-5.1-codex-max',
    'gpt-5.1-codex',
    'gpt-5.1-codex-mini',
    'gpt-5.1',
  ])
})

test('no context window is larger than what the backend takes, or compaction comes too late', () => {
  const windows = VARIANTS.map(({contextWindow}) => contextWindow)

  expect(Math.max(...windows)).toBe(272_000)
  expect(Math.min(...windows)).toBe(128_000)
})

test('a live model is listed once, with its levels and its real window', () => {
  const model = createModel({
    id: 'gpt-7-sol',
    name: 'GPT-7-Sol',
    description: 'The latest',
    efforts: ['none', 'minimal', 'low', 'medium', 'ultra'],
    defaultEffort: 'low',
    contextWindow: 475_000,
    vision: false,
  })

  expect(listLive([model])).toEqual([
    {
      id: 'gpt-7-sol',
      name: 'GPT-7-Sol',
      description: 'The latest',
      contextWindow: 475_000,
      maxOutputTokens: 128_000,
      capabilities: {
        streaming: true,
        reasoning: true,
        reasoningLevels: ['low', 'medium', 'ultra'],
        functionCalling: true,
        vision: false,
      },
      providerOptions: {baseModel: 'gpt-7-sol', reasoning: 'low'},
    },
    expect.objectContaining({id: 'gpt-image-2'}),
    expect.objectContaining({id: 'gpt-image-1.5'}),
  ])
})

test('a live model of the table is listed as its variants, with what the account says of it', () => {
  const models = listLive([
    createModel({id: 'gpt-7'}),
    createModel({id: 'gpt-5.2-codex', name: 'Other', efforts: ['low', 'max']}),
  ])

  expect(models.map(({id, name}) => [id, name])).toEqual([
    ['gpt-7', 'GPT-7'],
    ['gpt-5.2-codex', 'GPT-5.2 Codex'],
    ['gpt-5.2-codex-low', 'GPT-5.2 Codex (Low Reasoning)'],
    ['gpt-5.2-codex-high', 'GPT-5.2 Codex (High Reasoning)'],
    ['gpt-5.2-codex-xhigh', 'GPT-5.2 Codex (XHigh Reasoning)'],
    ['gpt-image-2', 'GPT Image 2'],
    ['gpt-image-1.5', 'GPT Image 1.5'],
  ])
  expect(models[3]).toMatchObject({
    contextWindow: 258_400,
    capabilities: {reasoningLevels: ['low', 'max']},
    providerOptions: {baseModel: 'gpt-5.2-codex', reasoning: 'high'},
  })
})

test('hidden models are not listed', () => {
  expect(listLive([createModel({id: 'gpt-7', listed: false})])).toEqual([])
})

test('whoever wants all models has the 22 variants as well, each once, and those that draw', () => {
  const ids = listLive([createModel({id: 'gpt-7'}), createModel({id: 'gpt-5.1'})], 'all').map(
    ({id}) => id,
  )

  expect(ids.slice(0, 5)).toEqual([
    'gpt-7',
    'gpt-5.1',
    'gpt-5.1-low',
    'gpt-5.1-medium',
    'gpt-5.1-high',
  ])
  expect(ids).toHaveLength(25)
  expect(new Set(ids)).toEqual(
    new Set(['gpt-7', ...VARIANTS.map(({id}) => id), 'gpt-image-2', 'gpt-image-1.5']),
  )
})

test('a model of which no levels are known leaves the host its own', () => {
  const [model] = listLive([createModel({id: 'gpt-7', efforts: []})])

  expect(model?.capabilities).toMatchObject({reasoning: true})
  expect(model?.capabilities).not.toHaveProperty('reasoningLevels')
})
