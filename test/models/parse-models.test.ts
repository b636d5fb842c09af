import {describe, expect, test} from 'vitest'
import {parseModels} from '../../src/models/parse-models.ts'

/** An entry as the backend sends it, as far as we read it. */
const ENTRY = {
  slug: 'gpt-7-sol',
  display_name: 'GPT-7-Sol',
  description: 'The latest',
  default_reasoning_level: 'medium',
  supported_reasoning_levels: [
    {effort: 'low', description: 'Quick'},
    {effort: 'medium', description: 'Balanced'},
    {effort: 'ultra', description: 'With helpers'},
  ],
  visibility: 'list',
  priority: 1,
  context_window: 400_000,
  effective_context_window_percent: 90,
  input_modalities: ['text', 'image'],
  support_verbosity: true,
  service_tiers: [{id: 'priority', name: 'Fast', description: '2x speed'}],
  additional_speed_tiers: [],
  use_responses_lite: true,
  upgrade: {model: 'gpt-8-sol', migration_markdown: 'Newer'},
}

function parseOne(change: Readonly<Record<string, unknown>>) {
  return parseModels({models: [{...ENTRY, ...change}]})?.[0]
}

test('an entry is read as a model', () => {
  expect(parseOne({})).toEqual({
    id: 'gpt-7-sol',
    name: 'GPT-7-Sol',
    description: 'The latest',
    efforts: ['low', 'medium', 'ultra'],
    defaultEffort: 'medium',
    contextWindow: 360_000,
    maxOutputTokens: 128_000,
    vision: true,
    verbosity: true,
    fast: true,
    tiers: ['priority'],
    lite: true,
    listed: true,
    successor: 'gpt-8-sol',
  })
})

test('an entry that has only an id is a model with sane defaults', () => {
  expect(parseModels({models: [{slug: 'gpt-7'}]})).toEqual([
    {
      id: 'gpt-7',
      name: 'gpt-7',
      efforts: [],
      contextWindow: 258_400,
      maxOutputTokens: 128_000,
      vision: true,
      verbosity: false,
      fast: false,
      lite: false,
      listed: true,
    },
  ])
})

test('a field of the wrong type counts as missing, and does not hide the others', () => {
  const wrong = Object.fromEntries(Object.keys(ENTRY).map((field) => [field, {odd: true}]))

  expect(parseModels({models: [{...wrong, slug: 'gpt-7'}]})).toEqual(
    parseModels({models: [{slug: 'gpt-7'}]}),
  )
})

test('one bad entry does not lose the others', () => {
  const models = parseModels({
    models: [null, 'gpt-6', {}, {slug: ''}, {slug: 7}, {display_name: 'No id'}, ENTRY],
  })

  expect(models?.map(({id}) => id)).toEqual(['gpt-7-sol'])
})

test.each([
  undefined,
  null,
  '<html></html>',
  [],
  {},
  {models: 'none'},
  {models: []},
  {models: [{slug: ''}]},
])('%j is no model list', (body) => {
  expect(parseModels(body)).toBeUndefined()
})

test('the lowest priority number comes first, and those without one last, as they came', () => {
  const models = parseModels({
    models: [
      {slug: 'gpt-b'},
      {slug: 'gpt-a'},
      {slug: 'gpt-2', priority: 2},
      {slug: 'gpt-1', priority: 1},
      {slug: 'gpt-0', priority: 0},
    ],
  })

  expect(models?.map(({id}) => id)).toEqual(['gpt-0', 'gpt-1', 'gpt-2', 'gpt-b', 'gpt-a'])
})

test('of two entries with one id, the first in order counts', () => {
  const models = parseModels({
    models: [
      {slug: 'gpt-7', display_name: 'Second', priority: 2},
      {slug: 'gpt-7', display_name: 'First', priority: 1},
    ],
  })

  expect(models?.map(({name}) => name)).toEqual(['First'])
})

describe('efforts', () => {
  test('come in order, each once', () => {
    const levels = ['max', 'none', 'low', 'low'].map((effort) => ({effort}))

    expect(parseOne({supported_reasoning_levels: levels})?.efforts).toEqual(['none', 'low', 'max'])
  })

  test('that we have never heard of are listed where the backend lists them', () => {
    const levels = ['low', 'hyper', 'turbo-2'].map((effort) => ({effort}))

    expect(
      parseOne({supported_reasoning_levels: levels, default_reasoning_level: 'hyper'}),
    ).toMatchObject({efforts: ['low', 'hyper', 'turbo-2'], defaultEffort: 'hyper'})
  })

  test('that are no words are left out', () => {
    const levels = ['', 'so much', 'x'.repeat(50), 'low'].map((effort) => ({effort}))

    expect(parseOne({supported_reasoning_levels: levels})?.efforts).toEqual(['low'])
  })

  test('a broken level does not lose the others', () => {
    const levels = [null, {}, {effort: 7}, {effort: 'high'}]

    expect(parseOne({supported_reasoning_levels: levels})?.efforts).toEqual(['high'])
  })

  test('a default that the model does not have is none', () => {
    expect(parseOne({default_reasoning_level: 'xhigh'})).not.toHaveProperty('defaultEffort')
    expect(parseOne({default_reasoning_level: null})).not.toHaveProperty('defaultEffort')
  })
})

test.each([
  [272_000, 95, 258_400],
  [272_000, undefined, 258_400],
  [272_000, 0, 258_400],
  [272_000, 400, 258_400],
  [272_000, 100, 272_000],
  [100_001, 50, 50_000],
  [undefined, 100, 272_000],
  [0, 100, 272_000],
  [-5, undefined, 258_400],
  [1e308, undefined, 258_400],
  [1e9, 95, 258_400],
  [12, 95, 258_400],
  [Number.NaN, 95, 258_400],
  [272_000, 1e-300, 2720],
  [2_000_000, 95, 1_900_000],
  ['272k', '95', 258_400],
])('a window of %j of which %j %% are for the input takes %i tokens', (window, percent, tokens) => {
  expect(
    parseOne({context_window: window, effective_context_window_percent: percent})?.contextWindow,
  ).toBe(tokens)
})

test.each([
  [['text'], false],
  [['image'], true],
  [[], false],
  [undefined, true],
])('a model with modalities %j reads images: %s', (modalities, vision) => {
  expect(parseOne({input_modalities: modalities})?.vision).toBe(vision)
})

test.each([
  [[{id: 'priority'}], [], true],
  [[], ['fast'], true],
  [[{id: 'flex'}, null], ['slow'], false],
  [undefined, undefined, false],
])('a model with tiers %j and speeds %j is fast: %s', (tiers, speeds, fast) => {
  expect(parseOne({service_tiers: tiers, additional_speed_tiers: speeds})?.fast).toBe(fast)
})

test('the tiers and the verbosity that the backend names are kept, whatever they are', () => {
  const tiers = [{id: 'priority'}, {id: 'warp'}, {id: 7}, null]

  expect(parseOne({service_tiers: tiers, default_verbosity: 'terse'})).toMatchObject({
    tiers: ['priority', 'warp'],
    defaultVerbosity: 'terse',
  })
})

test.each([
  ['list', true],
  ['hide', false],
  ['none', false],
  ['brand_new', true],
  [undefined, true],
])('a model of visibility %j is listed: %s', (visibility, listed) => {
  expect(parseOne({visibility})?.listed).toBe(listed)
})

test.each([null, {}, {model: 7}, 'gpt-8'])('the upgrade %j names no successor', (upgrade) => {
  expect(parseOne({upgrade})).not.toHaveProperty('successor')
})
