import {describe, expect, test} from 'vitest'
import {createLiveCatalogue} from '../../src/models/model-catalogue.ts'
import {listModelVariants} from '../../src/models/model-variant.ts'
import {resolveModel} from '../../src/models/resolve-model.ts'
import {createModel} from '../support/engine/create-model.ts'

test.each(listModelVariants())('$id asks for its model and effort', ({id, model, effort}) => {
  expect(resolveModel(id)).toEqual({model: model.id, effort})
})

test.each([
  ['openai-codex:gpt-5.2-codex-high', 'gpt-5.2-codex', 'high'],
  ['openai-codex-auth:openai-codex:gpt-5.2-codex-high', 'gpt-5.2-codex', 'high'],
  ['plugin:openai-codex-auth:openai-codex:gpt-5.1', 'gpt-5.1', 'none'],
  ['gpt-5.2-codex-medium', 'gpt-5.2-codex', 'medium'],
  ['gpt-5.2-none', 'gpt-5.2', 'none'],
  ['gpt-5.1-codex-max-high', 'gpt-5.1-codex-max', 'high'],
  ['gpt-5.6-sol-max', 'gpt-5.6-sol', 'max'],
  ['gpt-6.1-sol-ultra', 'gpt-6.1-sol', 'max'],
])('%s is understood as %s at effort %s', (id, model, effort) => {
  expect(resolveModel(id)).toEqual({model, effort})
})

test('the model with `-max` in its name never loses it', () => {
  expect(resolveModel('gpt-5.1-codex-max', 'low')).toEqual({
    model: 'gpt-5.1-codex-max',
    effort: 'low',
  })
})

test('the effort of the request wins over the one in the id', () => {
  expect(resolveModel('gpt-5.2-codex-high', 'low')).toEqual({
    model: 'gpt-5.2-codex',
    effort: 'low',
  })
})

test('an effort that is not one leaves the one in the id', () => {
  expect(resolveModel('gpt-5.2-codex-high', 'banana').effort).toBe('high')
  expect(resolveModel('gpt-5.2-codex-high', 7).effort).toBe('high')
})

test.each([
  ['gpt-5.1-codex-mini-low', 'medium', 'low'],
  ['gpt-5.1-codex-xhigh', 'high', 'xhigh'],
  ['gpt-5.2-codex-minimal', 'low', 'minimal'],
  ['gpt-5.2-minimal', 'low', 'minimal'],
  ['gpt-5.5-ultra', 'xhigh', 'ultra'],
])('%s becomes effort %s, the nearest its model has', (id, effort, clampedFrom) => {
  expect(resolveModel(id)).toMatchObject({effort, clampedFrom})
})

test('`off` is the least effort the model has', () => {
  expect(resolveModel('gpt-5.2', 'off').effort).toBe('none')
  expect(resolveModel('gpt-5.2-codex', 'off').effort).toBe('low')
})

test.each(['gpt-9', 'gpt-9-high', 'custom-model', 'gpt-5.2-codexx', ''])(
  'an id we do not know (%j) is passed on as it is',
  (id) => {
    expect(resolveModel(id)).toEqual({model: id})
    expect(resolveModel(`openai-codex:${id}`, 'high')).toEqual({model: id, effort: 'high'})
  },
)

test('a model whose own effort we do not know leaves it to the backend', () => {
  expect(resolveModel('gpt-5.4')).toEqual({model: 'gpt-5.4'})
})

describe('once the account’s models are known', () => {
  const catalogue = createLiveCatalogue([
    createModel({id: 'gpt-7', efforts: ['low', 'max'], defaultEffort: 'max'}),
    createModel({id: 'gpt-7-codex-max', efforts: ['low', 'high']}),
    createModel({id: 'gpt-7-codex', efforts: ['low', 'max']}),
    createModel({id: 'gpt-5.1-codex', efforts: ['low', 'max'], defaultEffort: 'low'}),
    createModel({id: 'gpt-5.2', efforts: ['none', 'low', 'medium'], defaultEffort: 'medium'}),
    createModel({id: 'gpt-6-sol', efforts: []}),
  ])

  test.each([
    ['gpt-7', 'gpt-7', 'max'],
    ['openai-codex:gpt-7-low', 'gpt-7', 'low'],
    ['gpt-7-codex-max', 'gpt-7-codex-max', undefined],
    ['gpt-7-codex-max-high', 'gpt-7-codex-max', 'high'],
    ['gpt-7-codex-low', 'gpt-7-codex', 'low'],
  ])('%s, which no table has, is understood as %s at effort %s', (id, model, effort) => {
    expect(resolveModel(id, undefined, catalogue)).toMatchObject({model})
    expect(resolveModel(id, undefined, catalogue).effort).toBe(effort)
  })

  test('their efforts win over those of the table', () => {
    expect(resolveModel('gpt-5.1-codex-xhigh', undefined, catalogue)).toEqual({
      model: 'gpt-5.1-codex',
      effort: 'low',
      clampedFrom: 'xhigh',
    })
    expect(resolveModel('gpt-5.1-codex', 'max', catalogue).effort).toBe('max')
  })

  test('an id of the table keeps its own effort as long as the model has it', () => {
    expect(resolveModel('gpt-5.2', undefined, catalogue).effort).toBe('none')
    expect(resolveModel('gpt-5.1-codex', undefined, catalogue).effort).toBe('low')
  })

  test('a model the account does not have is understood as before', () => {
    expect(resolveModel('gpt-5.2-codex-high', undefined, catalogue)).toEqual({
      model: 'gpt-5.2-codex',
      effort: 'high',
    })
  })

  test('a model of which the backend tells no efforts has the last known ones', () => {
    expect(resolveModel('gpt-6-sol-xhigh', undefined, catalogue).effort).toBe('xhigh')
    expect(resolveModel('gpt-6-sol', undefined, catalogue).effort).toBe('medium')
  })
})
