import {expect, test} from 'vitest'
import {toAlmaModels} from '../../../src/hosts/alma/alma-models.ts'

test('a variant tells the composer what its model can do', () => {
  const models = toAlmaModels()

  expect(models).toHaveLength(22)
  expect(models.find(({id}) => id === 'gpt-5.2-codex')).toEqual({
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
  const model = toAlmaModels().find(({id}) => id === 'gpt-5.1')

  expect(model?.capabilities).toMatchObject({
    reasoning: true,
    reasoningLevels: ['low', 'medium', 'high'],
  })
  expect(model).not.toHaveProperty('maxOutputTokens')
})

test('only the six bare ids have a description', () => {
  const described = toAlmaModels().filter(({description}) => description !== undefined)

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
  const windows = toAlmaModels().map(({contextWindow}) => contextWindow)

  expect(Math.max(...windows)).toBe(272_000)
  expect(Math.min(...windows)).toBe(128_000)
})
