import {expect, test} from 'vitest'
import {deriveConversationId} from '../../src/responses/conversation-id.ts'

const first = {role: 'user', content: [{type: 'input_text', text: 'Fix the build'}]}

test('it stays the same while the conversation grows and the system prompt changes', async () => {
  const id = await deriveConversationId([{role: 'developer', content: 'Today is Monday'}, first])

  const later = await deriveConversationId([
    {role: 'developer', content: 'Today is Tuesday'},
    first,
    {role: 'assistant', content: 'Done'},
    {role: 'user', content: 'Now the tests'},
  ])

  expect(later).toBe(id)
})

test('it looks like the session ids of the official client', async () => {
  expect(await deriveConversationId([first])).toMatch(
    /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  )
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

  expect(new Set(await Promise.all(inputs.map(deriveConversationId))).size).toBe(5)
})
