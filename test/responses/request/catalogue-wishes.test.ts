import {expect, test} from 'vitest'
import type {JsonObject} from '../../../src/base/json-object.ts'
import {createLiveCatalogue} from '../../../src/models/model-catalogue.ts'
import {createItemMemory} from '../../../src/responses/request/memory/item-memory.ts'
import {prepareRequest} from '../../../src/responses/request/prepare-request.ts'
import type {RequestPreferences} from '../../../src/responses/request/request-preferences.ts'
import {createModel} from '../../support/engine/create-model.ts'

const catalogue = createLiveCatalogue([
  createModel({
    id: 'gpt-7',
    efforts: ['low', 'hyper'],
    defaultEffort: 'hyper',
    tiers: ['priority', 'warp'],
    defaultVerbosity: 'low',
  }),
  createModel({id: 'gpt-7-silent', verbosity: false, defaultVerbosity: 'low'}),
])

function prepare(request: JsonObject, preferences: Partial<RequestPreferences> = {}) {
  const {body, changes} = prepareRequest(
    {model: 'gpt-7', input: 'Hi', ...request},
    {items: createItemMemory(), preferences: {reasoningSummary: 'auto', ...preferences}, catalogue},
  )
  return {body: JSON.parse(body) as JsonObject, changes}
}

test('a level that only the catalogue knows is the default, and can be asked for', () => {
  expect(prepare({}).body).toMatchObject({reasoning: {effort: 'hyper'}})

  const asked = prepare({reasoning: {effort: 'hyper'}})
  expect(asked.body).toMatchObject({reasoning: {effort: 'hyper'}})
  expect(asked.changes).toEqual([])
})

test.each([
  [{service_tier: 'warp'}, 'warp', []],
  [{service_tier: 'fast'}, 'priority', ['service_tier renamed']],
  [{service_tier: 'flex'}, 'flex', []],
  [{service_tier: 'snail'}, undefined, ['service_tier dropped']],
  [{model: 'gpt-7-hyper-fast'}, 'priority', []],
  [{model: 'gpt-7:warp'}, 'warp', []],
  [{model: 'gpt-7:warp', service_tier: 'flex'}, 'flex', []],
])('%j asks for tier %s', (request, tier, changes) => {
  const result = prepare(request)

  expect(result.body['service_tier']).toBe(tier)
  expect(result.changes.map(({field, action}) => `${field} ${action}`)).toEqual(changes)
})

test('where nobody says how much to write, the catalogue does', () => {
  expect(prepare({}).body['text']).toEqual({verbosity: 'low'})
  expect(prepare({}, {textVerbosity: 'high'}).body['text']).toEqual({verbosity: 'high'})
  expect(prepare({text: {verbosity: 'medium'}}).body['text']).toEqual({verbosity: 'medium'})
  expect(prepare({model: 'gpt-7-silent'}).body['text']).toBeUndefined()
})
