import {expect, test} from 'vitest'
import {createRequestFunction} from '../../src/engine/create-request-function.ts'
import {createMemoryAccountStore} from '../support/memory/memory-account-store.ts'
import {createMemoryStorage} from '../support/memory/memory-storage.ts'
import {createTestEngine} from '../support/engine/create-test-engine.ts'

const CONTENT = [{type: 'output_text', text: 'Hello'}]
const ITEM = {id: 'msg_1', type: 'message', role: 'assistant', content: CONTENT}
const ANSWER = [
  {type: 'response.output_item.done', output_index: 0, item: ITEM},
  {type: 'response.completed', response: {id: 'resp_1', output: []}},
]
  .map((event) => `data: ${JSON.stringify(event)}\n\n`)
  .join('')

/** Answers every question, and keeps the bodies. */
function createFetch(bodies: string[]) {
  return async (_input: unknown, init?: RequestInit) => {
    bodies.push(init?.body as string)
    return new Response(ANSWER)
  }
}

function ask(input: unknown): Request {
  const body = JSON.stringify({model: 'gpt-5.2', input})
  return new Request('http://localhost/v1/responses', {method: 'POST', body})
}

test('a request that a socket brought is answered as OpenAI’s API would', async () => {
  const bodies: string[] = []
  const engine = createTestEngine({fetch: createFetch(bodies)})
  const requests = createRequestFunction(engine, {listModels: () => [{id: 'gpt-5.2'}]})

  const answer = await requests.fetch(ask('Hi'))
  const models = await requests.fetch(new Request('http://localhost/v1/models'))

  expect(await answer.json()).toMatchObject({id: 'resp_1', output: [{id: 'msg_1'}]})
  expect(await models.json()).toMatchObject({data: [{id: 'gpt-5.2'}]})
  expect(bodies).toHaveLength(1)
})

test('what an answer held can be referred to after a restart', async () => {
  const bodies: string[] = []
  const storage = createMemoryStorage()
  const askAndStop = async (input: unknown) => {
    const engine = createTestEngine({
      fetch: createFetch(bodies),
      storage,
      itemStorage: {
        read: () => storage.get('items'),
        write: (saved) => storage.set('items', saved),
      },
    })
    await createRequestFunction(engine, {listModels: () => []}).fetch(ask(input))
    await engine.stop()
  }
  await askAndStop('Hi')

  await askAndStop([
    {type: 'item_reference', id: 'msg_1'},
    {role: 'user', content: 'More'},
  ])

  expect(JSON.parse(bodies[1]!)).toMatchObject({
    input: [{type: 'message', role: 'assistant'}, {role: 'user'}],
  })
})

test('errors are in the words of the face', async () => {
  const engine = createTestEngine({fetch, own: createMemoryAccountStore()})
  const requests = createRequestFunction(engine, {
    listModels: () => [],
    describe: ({code}) => `In other words: ${code}`,
  })

  const answer = await requests.fetch(ask('Hi'))

  expect(answer.status).toBe(401)
  expect(await answer.json()).toMatchObject({
    error: {message: 'In other words: ERR_LOGIN_REQUIRED'},
  })
})

test('an engine that never answered stops at once, and saves nothing', async () => {
  const written: string[] = []
  const itemStorage = {
    read: async () => undefined,
    write: async (saved: string) => written.push(saved),
  }

  await createTestEngine({fetch, itemStorage}).stop()

  expect(written).toEqual([])
})
