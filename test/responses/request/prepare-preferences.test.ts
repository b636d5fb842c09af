import {expect, test} from 'vitest'
import {input, createCatalogue, prepare} from '../../support/engine/prepare.ts'

test('effort `none` asks for no reasoning at all', async () => {
  expect((await prepare({model: 'gpt-5.2', input})).body).not.toHaveProperty('reasoning')
  const none = {effort: 'none'}
  expect((await prepare({model: 'gpt-5.1-low', input, reasoning: none})).body).not.toHaveProperty(
    'reasoning',
  )
})

test('an effort the model does not have is clamped, and named', async () => {
  const {body, changes} = await prepare({
    model: 'gpt-5.1-codex',
    input,
    reasoning: {effort: 'xhigh'},
  })

  expect(body['reasoning']).toEqual({effort: 'high', summary: 'auto'})
  expect(changes).toEqual([
    {
      field: 'reasoning.effort',
      action: 'clamped',
      reason: 'The model takes high instead of xhigh',
    },
  ])
})

test('a model we do not know is asked for a summary and nothing else', async () => {
  expect((await prepare({model: 'gpt-9', input})).body).toMatchObject({
    model: 'gpt-9',
    reasoning: {summary: 'auto'},
  })
})

test.each([
  ['fast', 'priority', ['renamed']],
  ['priority', 'priority', []],
  ['flex', 'flex', []],
  ['auto', undefined, ['dropped']],
  [7, undefined, ['dropped']],
  [null, undefined, []],
])(
  '`fast` is a word of the clients: service tier %j becomes %j',
  async (tier, expected, actions) => {
    const prepared = await prepare({model: 'gpt-5.2', input, service_tier: tier})

    expect(prepared.body['service_tier']).toBe(expected)
    expect(prepared.changes.map(({action}) => action)).toEqual(actions)
  },
)

test('what a model does not have is not asked of it', async () => {
  const plain = {catalogue: createCatalogue({fast: false, verbosity: false})}
  const request = {
    model: 'gpt-6.1-sol',
    input,
    service_tier: 'fast',
    text: {verbosity: 'low', format: {type: 'json_object'}},
  }

  const {body, changes} = await prepare(request, {textVerbosity: 'high', fastMode: true}, plain)

  expect(body).not.toHaveProperty('service_tier')
  expect(body['text']).toEqual({format: {type: 'json_object'}})
  expect(changes.map(({field, action}) => [field, action])).toEqual([
    ['text.verbosity', 'dropped'],
    ['service_tier', 'dropped'],
  ])
})

test('fast mode counts where the model has it and the request says nothing', async () => {
  const fast = {catalogue: createCatalogue({})}
  const slow = {catalogue: createCatalogue({fast: false})}
  const request = {model: 'gpt-6.1-sol', input}
  const flex = {...request, service_tier: 'flex'}
  const on = {fastMode: true}

  expect((await prepare(request, on, fast)).body['service_tier']).toBe('priority')
  expect((await prepare(flex, on, fast)).body['service_tier']).toBe('flex')
  expect((await prepare(request, on, slow)).body).not.toHaveProperty('service_tier')
  expect((await prepare({model: 'gpt-9', input}, on, fast)).body).not.toHaveProperty('service_tier')
  expect((await prepare(request, {}, fast)).body).not.toHaveProperty('service_tier')
})

test('the preferences of the user count where the request says nothing', async () => {
  const preferences = {
    reasoningSummary: 'none',
    textVerbosity: 'low',
    instructions: 'Speak French',
  } as const

  expect((await prepare({model: 'gpt-5.2-high', input}, preferences)).body).toMatchObject({
    reasoning: {effort: 'high'},
    text: {verbosity: 'low'},
    instructions: 'Speak French',
  })
  expect((await prepare({model: 'gpt-5.2-high', input}, preferences)).body['reasoning']).toEqual({
    effort: 'high',
  })
  expect(
    (
      await prepare(
        {
          model: 'gpt-5.2-high',
          input,
          instructions: 'Speak German',
          text: {verbosity: 'high'},
          reasoning: {summary: 'detailed'},
        },
        preferences,
      )
    ).body,
  ).toMatchObject({
    instructions: 'Speak German',
    text: {verbosity: 'high'},
    reasoning: {effort: 'high', summary: 'detailed'},
  })
})

test.each([
  ['minimal', 'low'],
  ['ultra', 'max'],
  ['high', 'high'],
])('effort %s is asked for as %s, a word of the wire that the model has', async (effort, wire) => {
  const {body, changes} = await prepare(
    {model: 'gpt-6.1-sol', input, reasoning: {effort}},
    {},
    {catalogue: createCatalogue({})},
  )

  expect(body['reasoning']).toEqual({effort: wire, summary: 'auto'})
  expect(changes).toHaveLength(effort === wire ? 0 : 1)
})

test('an effort in a model id that the model does not have is clamped, and named', async () => {
  const {body, changes} = await prepare({model: 'gpt-5.1-codex-mini-low', input})

  expect(body).toMatchObject({model: 'gpt-5.1-codex-mini', reasoning: {effort: 'medium'}})
  expect(changes).toEqual([
    {
      field: 'model',
      action: 'clamped',
      reason: 'The model has no effort low; medium comes nearest',
    },
  ])
})

test('an effort that is none is dropped, and named without its words', async () => {
  const {body, changes} = await prepare({model: 'gpt-9', input, reasoning: {effort: 'secret'}})

  expect(body['reasoning']).toEqual({summary: 'auto'})
  expect(changes).toEqual([
    {field: 'reasoning.effort', action: 'dropped', reason: 'It is no effort that is known'},
  ])
})

test('fields of reasoning in other APIs are dropped, and new ones are passed on', async () => {
  const reasoning = {effort: 'low', summary: 'loud', max_tokens: 9, enabled: true, context: 'auto'}
  const {body, changes} = await prepare({model: 'gpt-5.2', input, reasoning})

  expect(body['reasoning']).toEqual({effort: 'low', summary: 'auto', context: 'auto'})
  expect(changes.map(({field}) => field)).toEqual([
    'reasoning.enabled',
    'reasoning.max_tokens',
    'reasoning.summary',
  ])
})
