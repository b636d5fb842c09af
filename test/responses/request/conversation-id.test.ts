import {expect, test} from 'vitest'
import {findConversationId} from '../../../src/responses/request/conversation-id.ts'
import type {Item} from '../../../src/responses/request/memory/item-memory.ts'
import {createChangeList} from '../../../src/responses/request-change.ts'

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

test('the same words have another id in another installation', () => {
  const {report} = createChangeList()
  const findWith = (salt: string) =>
    findConversationId(undefined, {input: [first], purpose: '', report, salt})

  expect(findWith('a')).toBe(findWith('a'))
  expect(findWith('a')).not.toBe(findWith('b'))
  expect(findConversationId('own', {input: [first], purpose: '', report, salt: 'a'})).toBe('own')
})

function at(stamp: string): Item[] {
  return [{role: 'user', content: `<env>Now: ${stamp}</env> Fix the build`}]
}

test.each([
  ['2026-11-30', '2026-12-01'],
  ['2026-11-30T09:05:00Z', '2027-01-02T17:15:01.123+01:00'],
  ['Monday, November 30, 2026 9:05 AM', 'Tuesday, December 1, 2026 10:15 PM'],
  ['Mon Nov 30 2026 09:05:01 GMT+0100', 'Tue Dec 01 2026 23:59:59 GMT+0200'],
  ['30. November 2026, 9:05', '1. Dezember 2026, 10:05'],
  ['11/30/2026', '1/2/2027'],
  ['2026年11月30日', '2026年12月1日'],
  ['1764493500', '1764579900'],
  ['Nov 30th', 'Dec 1st'],
])('a date in the first words does not change it (%s)', async (date, later) => {
  const parts = [{role: 'user', content: [{type: 'input_text', text: `${later} Fix the build`}]}]

  expect((await find(undefined, at(date))).id).toBe((await find(undefined, at(later))).id)
  expect((await find(undefined, parts)).id).not.toBe((await find(undefined, at(date))).id)
})

test.each(['What is 2+2?', 'Port 8080', 'v1.2.3', 'Sunlight', 'Add 3 tests'])(
  '%j is no date',
  async (text) => {
    const ids = [text, text.replaceAll(/\d/g, '9').replace('Sun', 'Moon')].map(async (content) =>
      find(undefined, [{role: 'user', content}]),
    )
    const [one, other] = await Promise.all(ids)

    expect(one?.id).not.toBe(other?.id)
  },
)
