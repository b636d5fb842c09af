import {expect, test} from 'vitest'
import {createLiveCatalogue, createStaticCatalogue} from '../../src/models/model-catalogue.ts'
import {createModel} from '../support/engine/create-model.ts'

test('before the account was asked, a selector shows the six models of the table', () => {
  const catalogue = createStaticCatalogue()

  expect(catalogue.live).toBe(false)
  expect(catalogue.list().map(({id}) => id)).toEqual([
    'gpt-5.2',
    'gpt-5.2-codex',
    'gpt-5.1-codex-max',
    'gpt-5.1-codex',
    'gpt-5.1-codex-mini',
    'gpt-5.1',
  ])
})

test.each([
  ['gpt-6.2-sol', {lite: true, contextWindow: 475_000, defaultEffort: 'low'}],
  ['gpt-6.2-astra', {lite: true, contextWindow: 258_400, defaultEffort: 'low'}],
  ['gpt-6.1-sol', {lite: true, contextWindow: 475_000, defaultEffort: 'low'}],
  ['gpt-6.1-terra', {lite: true, contextWindow: 475_000, defaultEffort: 'low'}],
  ['gpt-daybreak-red-latest', {fast: false, listed: false, contextWindow: 353_400}],
  ['gpt-5.5', {lite: false, fast: true, verbosity: true, successor: 'gpt-6-sol'}],
  ['gpt-5.2-codex', {verbosity: true, defaultEffort: 'medium', contextWindow: 272_000}],
])('%s is known without asking', (id, known) => {
  expect(createStaticCatalogue().find(id)).toMatchObject(known)
})

test('of an older model nobody said whether it is fast', () => {
  expect(createStaticCatalogue().find('gpt-5.2-codex')).not.toHaveProperty('fast')
})

test('afterwards it shows what the account has, except what is hidden', () => {
  const catalogue = createLiveCatalogue([
    createModel({id: 'gpt-7'}),
    createModel({id: 'gpt-7-hidden', listed: false}),
    createModel({id: 'gpt-5.2'}),
  ])

  expect(catalogue.live).toBe(true)
  expect(catalogue.list().map(({id}) => id)).toEqual(['gpt-7', 'gpt-5.2'])
})

test('hidden and retired models are still found', () => {
  const catalogue = createLiveCatalogue([createModel({id: 'gpt-7-hidden', listed: false})])

  expect(catalogue.find('gpt-7-hidden')?.listed).toBe(false)
  expect(catalogue.find('gpt-5.1-codex-max')?.name).toBe('GPT-5.1 Codex Max')
  expect(catalogue.find('gpt-9')).toBeUndefined()
})

test('the account’s description of a model wins over ours', () => {
  const model = createModel({id: 'gpt-5.5', contextWindow: 1000, fast: false, verbosity: false})

  expect(createLiveCatalogue([model]).find('gpt-5.5')).toMatchObject({
    contextWindow: 1000,
    fast: false,
    verbosity: false,
  })
})
