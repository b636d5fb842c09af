import {describe, expect, test} from 'vitest'
import {
  explainRefusedModel,
  explainUnavailable,
  toModelRefusal,
} from '../../src/models/explain-model.ts'
import {createLiveCatalogue, createStaticCatalogue} from '../../src/models/model-catalogue.ts'
import {createModel} from '../support/engine/create-model.ts'

const catalogue = createLiveCatalogue([
  createModel({id: 'gpt-6.1-sol'}),
  createModel({id: 'gpt-6-sol'}),
  createModel({id: 'gpt-6-luna'}),
  createModel({id: 'gpt-hidden-luna', listed: false}),
  createModel({id: 'gpt-5.9-codex'}),
  createModel({id: 'gpt-5.5'}),
])

test.each([
  ['Model not found gpt-9', 'not_found'],
  [
    "The 'gpt-5.4' model is not supported when using Codex with a ChatGPT account.",
    'not_supported',
  ],
  [
    "The 'gpt-6.1-sol' model requires a newer version of Codex. Please upgrade to the latest app or CLI and try again.",
    'client_too_old',
  ],
  ["Unsupported value: 'max' is not supported with the 'gpt-5.5' model.", undefined],
  ['Instructions are required', undefined],
])('the backend’s “%s” is a refusal of kind %s', (message, refusal) => {
  expect(toModelRefusal(message)).toBe(refusal)
})

test('only a refusal of the model is explained as one', () => {
  const message = 'Model not found gpt-9'

  expect(explainRefusedModel('gpt-9', catalogue, message)).toContain('knows no model gpt-9')
  expect(explainRefusedModel('gpt-9', catalogue, 'Instructions are required')).toBeUndefined()
  expect(explainRefusedModel('gpt-9', catalogue, undefined)).toBeUndefined()
})

describe('the reason', () => {
  test.each([
    ['gpt-5.2-codex', 'in April 2026'],
    ['gpt-5.2', 'on 2 June 2026'],
    ['gpt-5.3-codex', 'on 2 June 2026'],
    ['gpt-5.4-mini', 'on 31 August 2026'],
    ['gpt-5.5', 'on 14 October 2026'],
  ])('%s was retired %s, whichever way the backend refuses it', (id, when) => {
    const start = `OpenAI retired the model ${id} for ChatGPT accounts ${when}. Choose `

    expect(explainUnavailable(id, catalogue, 'not_supported')).toContain(start)
    expect(explainUnavailable(id, catalogue, 'not_found')).toContain(start)
  })

  test('a model that was not retired is missing in the plan', () => {
    expect(explainUnavailable('gpt-6-astra', catalogue, 'not_supported')).toBe(
      'The ChatGPT plan of this account does not include the model gpt-6-astra. Change the plan, or choose gpt-6.1-sol.',
    )
  })

  test('a model that asks for a newer client needs an update', () => {
    expect(explainUnavailable('gpt-7', catalogue, 'client_too_old')).toBe(
      'The model gpt-7 is too new for this version of OpenAI Codex Auth. Update it, or choose gpt-6.1-sol.',
    )
  })

  test('a model that exists and is not found is hidden from this version', () => {
    expect(explainUnavailable('gpt-5.6-luna', catalogue, 'not_found')).toBe(
      'ChatGPT does not offer the model gpt-5.6-luna to this version of OpenAI Codex Auth. Update it, or choose gpt-6-luna.',
    )
  })

  test('a model nobody heard of may be misspelt or too new', () => {
    expect(explainUnavailable('gpt-9', catalogue, 'not_found')).toBe(
      'ChatGPT knows no model gpt-9, or it is too new for this version of OpenAI Codex Auth. Check the name, update it, or choose gpt-6.1-sol.',
    )
  })
})

describe('the advice', () => {
  test.each([
    ['gpt-5.6-sol', 'gpt-6-sol', 'OpenAI recommends it'],
    ['gpt-5.3-codex', 'gpt-5.9-codex', 'of the same family'],
    ['gpt-5.1-codex-max', 'gpt-6.1-sol', 'OpenAI’s default'],
    ['gpt-5.2', 'gpt-6.1-sol', 'OpenAI’s default, though gpt-5.5 has no family either'],
  ])('instead of %s is %s: %s', (id, advised) => {
    expect(explainUnavailable(id, catalogue, 'not_supported')).toMatch(
      new RegExp(`[Cc]hoose ${advised}\\.$`),
    )
  })

  test('the live catalogue knows a successor that we do not', () => {
    const withSuccessor = createLiveCatalogue([
      createModel({id: 'gpt-8'}),
      createModel({id: 'gpt-7-astra', listed: false, successor: 'gpt-7-sol'}),
      createModel({id: 'gpt-7-sol'}),
    ])

    expect(explainUnavailable('gpt-7-astra', withSuccessor, 'not_supported')).toContain(
      'choose gpt-7-sol.',
    )
  })

  test('never is the refused model itself, or a hidden one', () => {
    expect(explainUnavailable('gpt-6.1-sol', catalogue, 'not_supported')).toContain(
      'choose gpt-6-sol.',
    )
    expect(explainUnavailable('gpt-5.9-luna', catalogue, 'not_supported')).toContain(
      'choose gpt-6-luna.',
    )
    const alone = createLiveCatalogue([createModel({id: 'gpt-6-sol'})])
    expect(explainUnavailable('gpt-6-sol', alone, 'not_supported')).toContain(
      'choose another model.',
    )
  })

  test('names no model as long as nobody knows what the account has', () => {
    expect(explainUnavailable('gpt-5.2', createStaticCatalogue(), 'not_supported')).toBe(
      'OpenAI retired the model gpt-5.2 for ChatGPT accounts on 2 June 2026. Reload the list of models to see which ones this account has.',
    )
  })
})

test('a model that draws says so, and what to do in its place', () => {
  expect(explainUnavailable('gpt-image-2', catalogue, 'not_supported')).toMatch(
    /^The model gpt-image-2 draws images and answers no questions\. Have it draw an image, or choose gpt-\S+\.$/,
  )
})
