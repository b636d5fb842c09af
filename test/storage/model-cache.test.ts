import {expect, test} from 'vitest'
import {createModelCache} from '../../src/storage/model-cache.ts'
import {createModel} from '../support/engine/create-model.ts'
import {createStorage} from '../support/alma/storage.ts'

const MODEL = createModel({id: 'gpt-7', description: 'The latest', defaultEffort: 'low'})
const SNAPSHOT = {
  models: [MODEL],
  etag: '"1"',
  accountId: 'user-1:account-1',
  clientVersion: '0.171.0',
  takenAtMs: 1,
}

/** A cache over a storage that holds `stored` as its last list. */
function createCache(stored: unknown) {
  const values = new Map([['models', JSON.stringify(stored)]])
  return {cache: createModelCache(createStorage(values)), values}
}

test('what was written is read after a restart', async () => {
  const values = new Map<string, string>()
  await createModelCache(createStorage(values)).write(SNAPSHOT)

  expect(await createModelCache(createStorage(values)).read()).toEqual(SNAPSHOT)
})

test('nothing is read where nothing was written, or after it was cleared', async () => {
  const {cache, values} = createCache(SNAPSHOT)
  await cache.clear()

  expect(await cache.read()).toBeUndefined()
  expect([...values.keys()]).toEqual([])
})

test('fields that may be missing may be missing', async () => {
  const {etag: _etag, ...snapshot} = SNAPSHOT
  const {description: _, defaultEffort: _effort, maxOutputTokens: _output, ...model} = MODEL
  const stored = {...snapshot, models: [model]}

  expect(await createCache(stored).cache.read()).toEqual(stored)
})

test.each<unknown>([
  null,
  'garbage',
  [],
  {},
  {...SNAPSHOT, models: []},
  {...SNAPSHOT, models: 'gpt-7'},
  {...SNAPSHOT, models: [MODEL, null]},
  {...SNAPSHOT, models: [{id: 'gpt-7'}]},
  {...SNAPSHOT, models: [{...MODEL, id: ''}]},
  {...SNAPSHOT, models: [{...MODEL, name: 7}]},
  {...SNAPSHOT, models: [{...MODEL, vision: 'yes'}]},
  {...SNAPSHOT, models: [{...MODEL, efforts: ['so much']}]},
  {...SNAPSHOT, models: [{...MODEL, efforts: 'low'}]},
  {...SNAPSHOT, models: [{...MODEL, defaultEffort: 7}]},
  {...SNAPSHOT, models: [{...MODEL, contextWindow: '272k'}]},
  {...SNAPSHOT, models: [{...MODEL, contextWindow: 0.5}]},
  {...SNAPSHOT, models: [{...MODEL, contextWindow: 1e308}]},
  {...SNAPSHOT, models: [{...MODEL, tiers: 'priority'}]},
  {...SNAPSHOT, models: [{...MODEL, defaultVerbosity: 1}]},
  {...SNAPSHOT, models: [{...MODEL, maxOutputTokens: -1}]},
  {...SNAPSHOT, models: [{...MODEL, description: {}}]},
  {...SNAPSHOT, models: [{...MODEL, successor: 1}]},
  {...SNAPSHOT, etag: 1},
  {...SNAPSHOT, accountId: undefined},
  {...SNAPSHOT, clientVersion: 169},
  {...SNAPSHOT, takenAtMs: 'now'},
])('what is not whole is nothing: %j', async (stored) => {
  expect(await createCache(stored).cache.read()).toBeUndefined()
})

test('the list of the earlier plugin is neither read nor touched', async () => {
  const values = new Map([['codex-models-cache-v1', '[{"id":"gpt-5.4"}]']])
  const cache = createModelCache(createStorage(values))

  expect(await cache.read()).toBeUndefined()
  await cache.write(SNAPSHOT)
  await cache.clear()
  expect([...values]).toEqual([['codex-models-cache-v1', '[{"id":"gpt-5.4"}]']])
})
