import {describe, expect, test} from 'vitest'
import {createLiveCatalogue} from '../../src/models/model-catalogue.ts'
import {listModelVariants} from '../../src/models/model-variant.ts'
import {resolveModel} from '../../src/models/resolve-model.ts'
import {createModel} from '../support/engine/create-model.ts'

test.each([
  ['GPT-5.5', 'gpt-5.5', 'medium'],
  ['GPT 5.5', 'gpt-5.5', 'medium'],
  ['gpt5.5', 'gpt-5.5', 'medium'],
  ['gpt_5.5', 'gpt-5.5', 'medium'],
  ['gpt-5-5', 'gpt-5.5', 'medium'],
  ['GPT-5.2-Codex-High', 'gpt-5.2-codex', 'high'],
  ['GPT-5.2 Codex (High Reasoning)', 'gpt-5.2-codex', 'high'],
  ['gpt-5.2-Codex Extra High', 'gpt-5.2-codex', 'xhigh'],
  ['openai/gpt-5.5', 'gpt-5.5', 'medium'],
  ['codex/gpt-5.5-high', 'gpt-5.5', 'high'],
  ['openai-codex/gpt-5.5', 'gpt-5.5', 'medium'],
  ['openrouter/openai/gpt-5.5', 'gpt-5.5', 'medium'],
  ['some-other-tool/gpt-5.5-low', 'gpt-5.5', 'low'],
  ['models/gpt-5.5', 'gpt-5.5', 'medium'],
  ['codex-gpt-5.5', 'gpt-5.5', 'medium'],
  ['openai-codex:OpenAI/GPT-5.5:high', 'gpt-5.5', 'high'],
  ['gpt-5.5:high', 'gpt-5.5', 'high'],
  ['gpt-5.5(high)', 'gpt-5.5', 'high'],
  ['gpt-5.5 (high)', 'gpt-5.5', 'high'],
  ['gpt-5.5[high]', 'gpt-5.5', 'high'],
  ['gpt-5.5_high', 'gpt-5.5', 'high'],
  ['gpt-5.5 high', 'gpt-5.5', 'high'],
  ['gpt-5.5@high', 'gpt-5.5', 'high'],
  ['gpt-5.5/high', 'gpt-5.5', 'high'],
  ['gpt-5.5-x-high', 'gpt-5.5', 'xhigh'],
  ['gpt-5.5-thinking-high', 'gpt-5.5', 'high'],
  ['gpt-5.5-med', 'gpt-5.5', 'medium'],
  ['gpt-5.5(auto)', 'gpt-5.5', 'medium'],
  ['gpt-5.5-2026-04-23', 'gpt-5.5', 'medium'],
  ['gpt-5.5-2026-04-23-high', 'gpt-5.5', 'high'],
  ['gpt-5.5-latest', 'gpt-5.5', 'medium'],
  ['gpt-5.5[1m]', 'gpt-5.5', 'medium'],
  ['GPT-DAYBREAK-BLUE-LATEST', 'gpt-daybreak-blue-latest', 'low'],
  ['GPT-5.1-Codex-Max', 'gpt-5.1-codex-max', 'high'],
  ['gpt-5.1-codex_max:low', 'gpt-5.1-codex-max', 'low'],
])('%s is understood as %s at effort %s', (id, model, effort) => {
  expect(resolveModel(id)).toEqual({model, effort})
})

test.each([
  ['gpt-5.5-fast', 'medium', 'priority'],
  ['gpt-5.5:priority', 'medium', 'priority'],
  ['gpt-5.5-high-fast', 'high', 'priority'],
  ['GPT-5.5 Fast (High)', 'high', 'priority'],
  ['gpt-5.5-flex', 'medium', 'flex'],
])('%s asks for effort %s and tier %s', (id, effort, tier) => {
  expect(resolveModel(id)).toEqual({model: 'gpt-5.5', effort, tier})
})

test.each([...listModelVariants()])(
  '$id is understood in capitals and behind a provider',
  (one) => {
    const resolved = {model: one.model.id, effort: one.effort}

    expect(resolveModel(one.id.toUpperCase())).toEqual(resolved)
    expect(resolveModel(`openai/${one.id}`)).toEqual(resolved)
    expect(resolveModel(one.id.replaceAll(/[-.]/g, '_'))).toEqual(resolved)
  },
)

test.each([
  ['GPT-9', {model: 'gpt-9'}],
  ['openai/gpt-9', {model: 'gpt-9'}],
  ['openai-codex:openai/gpt-9', {model: 'gpt-9'}],
  ['gpt-9:high', {model: 'gpt-9', effort: 'high'}],
  ['gpt-9(low)', {model: 'gpt-9', effort: 'low'}],
  ['gpt-9@fast', {model: 'gpt-9', tier: 'priority'}],
  ['gpt-5.9', {model: 'gpt-5.9'}],
  ['gpt-5.5-nano', {model: 'gpt-5.5-nano'}],
  ['gpt-5.5-high-nano', {model: 'gpt-5.5-high-nano'}],
  ['Meta/Llama-4', {model: 'Meta/Llama-4'}],
  ['x'.repeat(300), {model: 'x'.repeat(300)}],
])('of a model we do not know, %s, only what is certain is taken off', (id, resolved) => {
  expect(resolveModel(id)).toEqual(resolved)
})

test.each(['HIGH', ' high ', 'High'])('an effort in any case (%j) is one', (effort) => {
  expect(resolveModel('gpt-5.5', effort).effort).toBe('high')
})

describe('the live catalogue', () => {
  const catalogue = createLiveCatalogue([
    createModel({id: 'gpt-7', efforts: ['low', 'hyper', 'turbo.2'], defaultEffort: 'hyper'}),
    createModel({id: 'GPT-7-Odd:high', efforts: ['low', 'high'], defaultEffort: 'low'}),
    createModel({id: 'gpt-7-fast', efforts: ['low'], defaultEffort: 'low', tiers: ['warp']}),
    createModel({id: 'gpt-5.5-high', efforts: ['low'], defaultEffort: 'low'}),
  ])
  const resolve = (id: string, effort?: unknown) => resolveModel(id, effort, catalogue)

  test('has the last word: an id that is in it is taken as it is', () => {
    expect(resolve('GPT-7-Odd:high')).toEqual({model: 'GPT-7-Odd:high', effort: 'low'})
    expect(resolve('openai/GPT-7-Odd:high')).toEqual({model: 'GPT-7-Odd:high', effort: 'low'})
    expect(resolve('gpt-7-odd:high')).toEqual({model: 'GPT-7-Odd:high', effort: 'low'})
    expect(resolve('gpt-7-fast')).toEqual({model: 'gpt-7-fast', effort: 'low'})
    expect(resolve('gpt-5.5-high')).toEqual({model: 'gpt-5.5-high', effort: 'low'})
  })

  test('may have levels that we have never heard of: default, asked for, or in the id', () => {
    expect(resolve('gpt-7')).toEqual({model: 'gpt-7', effort: 'hyper'})
    expect(resolve('gpt-7', 'hyper')).toEqual({model: 'gpt-7', effort: 'hyper'})
    expect(resolve('gpt-7', 'HYPER')).toEqual({model: 'gpt-7', effort: 'hyper'})
    expect(resolve('GPT-7-Hyper')).toEqual({model: 'gpt-7', effort: 'hyper'})
    expect(resolve('gpt-7:turbo.2')).toEqual({model: 'gpt-7', effort: 'turbo.2'})
    expect(resolve('gpt-7', 'xhigh')).toEqual({model: 'gpt-7', effort: 'low', clampedFrom: 'xhigh'})
  })

  test('may have tiers that we have never heard of', () => {
    expect(resolve('gpt-7-fast-warp')).toEqual({model: 'gpt-7-fast', effort: 'low', tier: 'warp'})
  })
})
