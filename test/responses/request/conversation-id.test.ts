import {expect, test} from 'vitest'
import {findConversationId} from '../../../src/responses/request/conversation-id.ts'
import type {Item} from '../../../src/responses/request/item-memory.ts'
import {createChangeList} from '../../../src/responses/request/request-change.ts'

const first = {role: 'user', content: [{type: 'input_text', text: 'Fix the build'}]}

async function find(key: unknown, input: readonly Item[] = [first], purpose = '') {
  const {changes, report} = createChangeList()
  return {id: findConversationId(key, {input, purpose, report}), changes}
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

test('it stays the same while the conversation grows and the system prompt changes', async () => {
  const {id} = await find(undefined, [{role: 'developer', content: 'Today is Monday'}, first])

  const later = await find(undefined, [
    {role: 'developer', content: 'Today is Tuesday'},
    first,
    {role: 'assistant', content: 'Done'},
    {role: 'user', content: 'Now the tests'},
  ])

  expect(later.id).toBe(id)
})

test('it looks like the session ids of the official client', async () => {
  expect((await find(undefined)).id).toMatch(UUID)
})

test('conversations that begin differently have different ids', async () => {
  const png = {type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(9000)}`}
  const other = {type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(9004)}`}
  const inputs = [
    [first],
    [{role: 'user', content: 'Fix the tests'}],
    [{role: 'user', content: [png]}],
    [{role: 'user', content: [other]}],
    [{type: 'function_call_output', call_id: 'call_1', output: 'x'}],
  ]

  const found = await Promise.all(inputs.map((input) => find(undefined, input)))

  expect(new Set(found.map(({id}) => id)).size).toBe(5)
})

test('the title of a conversation is asked for in another one', async () => {
  const conversation = await find(undefined, [first], 'tools')
  const title = await find(undefined, [first], '')

  expect(title.id).not.toBe(conversation.id)
})

test('the key of the caller is the id', async () => {
  expect(await find('conversation-1')).toEqual({id: 'conversation-1', changes: []})
})

test.each(['k'.repeat(65), 'ключ', 'a\nb', ' padded '])(
  'a key that the backend or a header cannot hold (%j) is replaced by one that is as stable',
  async (key) => {
    const {id, changes} = await find(key)

    expect(id).toMatch(UUID)
    expect((await find(key, [{role: 'user', content: 'Something else'}])).id).toBe(id)
    expect(changes).toEqual([
      {
        field: 'prompt_cache_key',
        action: 'replaced',
        reason: 'It is longer than 64 characters or not plain ASCII',
      },
    ])
  },
)

test.each([null, 7, '', ' ', {}])('a key of %j counts as none', async (key) => {
  expect((await find(key)).id).toBe((await find(undefined)).id)
})
