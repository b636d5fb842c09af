import {expect, test} from 'vitest'
import {listModelVariants} from '../../src/models/model-variant.ts'
import {resolveModel} from '../../src/models/resolve-model.ts'

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
  expect(resolveModel('gpt-6-sol')).toEqual({model: 'gpt-6-sol'})
})
