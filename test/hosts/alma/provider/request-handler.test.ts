import {expect, test} from 'vitest'
import {createAccountMemory} from '../../../../src/storage/account-memory.ts'
import {createRequestHandler} from '../../../../src/hosts/alma/provider/request-handler.ts'
import {createBackend} from '../../../support/create-backend.ts'
import {createMemoryStorage} from '../../../support/memory-storage.ts'

const CONTENT = [{type: 'output_text', text: 'Hello'}]
const ITEM = {id: 'msg_1', type: 'message', role: 'assistant', content: CONTENT}
const ANSWER = [
  {type: 'response.output_item.done', output_index: 0, item: ITEM},
  {type: 'response.completed', response: {id: 'resp_1', output: []}},
]
  .map((event) => `data: ${JSON.stringify(event)}\n\n`)
  .join('')

function createOptions(backend: ReturnType<typeof createBackend>) {
  const storage = createMemoryStorage()
  const memory = createAccountMemory({storage, now: backend.now, log: backend.log})
  return {backend, memory, storage, listModels: () => []}
}

test('what an answer held can be referred to after a restart', async () => {
  const bodies: string[] = []
  const backend = createBackend(async (_input, init) => {
    bodies.push(init?.body as string)
    return new Response(ANSWER)
  })
  const options = createOptions(backend)
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
  const options = createOptions(createBackend(fetch))

  expect(await createRequestHandler(options).close()).toBeUndefined()
})
