import {expect, test} from 'vitest'
import {createRequestHandler} from '../../../src/hosts/alma/request-handler.ts'
import {createBackend} from '../../support/create-backend.ts'

const ITEM = {id: 'msg_1', type: 'message', role: 'assistant', content: []}
const ANSWER = [
  {type: 'response.output_item.done', output_index: 0, item: ITEM},
  {type: 'response.completed', response: {id: 'resp_1', output: []}},
]
  .map((event) => `data: ${JSON.stringify(event)}\n\n`)
  .join('')

function createStorage() {
  const values = new Map<string, unknown>()
  return {
    get: async <Value>(key: string) => values.get(key) as Value,
    set: async (key: string, value: unknown) => void values.set(key, value),
    delete: async (key: string) => void values.delete(key),
    keys: async () => [...values.keys()],
    clear: async () => values.clear(),
  }
}

test('what an answer held can be referred to after a restart', async () => {
  const bodies: string[] = []
  const backend = createBackend(async (_input, init) => {
    bodies.push(init?.body as string)
    return new Response(ANSWER)
  })
  const options = {backend, storage: createStorage(), listModels: () => []}
  const ask = async (input: unknown) => {
    const handler = createRequestHandler(options)
    const body = JSON.stringify({model: 'gpt-5.2', input})
    await handler.fetch('https://backend.example/responses', {method: 'POST', body})
    await handler.close()
  }
  await ask('Hi')

  await ask([
    {type: 'item_reference', id: 'msg_1'},
    {role: 'user', content: 'More'},
  ])

  expect(JSON.parse(bodies[1]!)).toMatchObject({
    input: [{type: 'message', role: 'assistant'}, {role: 'user'}],
  })
})

test('closing a handler that never answered does nothing', async () => {
  const options = {
    backend: createBackend(fetch),
    storage: createStorage(),
    listModels: () => [],
  }

  expect(await createRequestHandler(options).close()).toBeUndefined()
})
