/** What the backend gives within a turn comes back with the next requests of that turn, and with no other. */
import {expect, test} from 'vitest'
import type {FetchFunction} from '../../src/http/fetch.ts'
import {createCodexFetch} from '../support/engine/create-codex-fetch.ts'
import {createTurnStates} from '../../src/responses/turn-states.ts'
import {ACCOUNT, createBackend} from '../support/engine/create-backend.ts'

const GRACE = {...ACCOUNT, id: 'user-2:account-2', chatgptAccountId: 'account-2'}
const USER = {role: 'user', content: 'Look'}
const CALL = {type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}'}
const OUTPUT = {type: 'function_call_output', call_id: 'call_1', output: 'a tree'}
const NOTE = {role: 'developer', content: 'Be brief'}

const DELTA = {type: 'response.output_text.delta', output_index: 0, delta: 'Hello'}
const COMPLETED = {type: 'response.completed', response: {id: 'resp_1', output: []}}
const toMetadata = (headers: object) => ({type: 'response.metadata', headers})

interface Answer {
  readonly header?: string
  readonly events?: readonly object[]
  readonly status?: number
}

/** Gives the answers in turn, the last one for ever, and tells which state came with each request. */
function start(...answers: Answer[]) {
  const sent: (string | null)[] = []
  const fetch: FetchFunction = async (_input, init) => {
    sent.push(new Headers(init?.headers).get('x-codex-turn-state'))
    const {
      header,
      events = [DELTA, COMPLETED],
      status = 200,
    } = answers[Math.min(sent.length, answers.length) - 1]!
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
    const headers = new Headers(header === undefined ? {} : {'x-codex-turn-state': header})
    return new Response(text, {status, headers})
  }
  const codexFetch = createCodexFetch(createBackend(fetch, [ACCOUNT, GRACE]))
  const ask = async (input: readonly object[], conversation = 'one') => {
    const body = {model: 'gpt-5.5', input, prompt_cache_key: conversation, stream: true}
    const options = {method: 'POST', body: JSON.stringify(body)}
    await (await codexFetch('https://backend.example/responses', options)).text()
  }
  return {ask, sent}
}

test.each<[string, Answer]>([
  ['a header', {header: 'abc'}],
  [
    'metadata before the first word',
    {events: [toMetadata({'x-codex-turn-state': 'abc'}), DELTA, COMPLETED]},
  ],
  ['metadata behind it', {events: [DELTA, toMetadata({'X-Codex-Turn-State': ['abc']}), COMPLETED]}],
])('a state in %s comes back as long as tools answer', async (_name, answer) => {
  const {ask, sent} = start(answer, {})

  await ask([USER])
  await ask([USER, CALL, OUTPUT])
  await ask([USER, CALL, OUTPUT, NOTE])

  expect(sent).toEqual([null, 'abc', 'abc'])
})

test('a new message of the user is a new turn, and so are its tools', async () => {
  const {ask, sent} = start({header: 'abc'}, {})

  await ask([USER])
  await ask([USER, CALL, OUTPUT, USER])
  await ask([
    USER,
    CALL,
    OUTPUT,
    USER,
    {...CALL, call_id: 'call_2'},
    {...OUTPUT, call_id: 'call_2'},
  ])

  expect(sent).toEqual([null, null, null])
})

test('another conversation has another turn', async () => {
  const {ask, sent} = start({header: 'abc'}, {})

  await ask([USER], 'one')
  await ask([USER, CALL, OUTPUT], 'two')

  expect(sent).toEqual([null, null])
})

test('the first state of a turn counts', async () => {
  const {ask, sent} = start({header: 'abc'}, {header: 'def'}, {})

  await ask([USER])
  await ask([USER, CALL, OUTPUT])
  await ask([USER, CALL, OUTPUT])

  expect(sent).toEqual([null, 'abc', 'abc'])
})

test('another try of the same request has it, another account has not', async () => {
  const spent = {type: 'response.failed', response: {error: {code: 'usage_limit_reached'}}}
  const {ask, sent} = start({header: 'abc', events: []}, {events: [spent]}, {})

  await ask([USER])

  expect(sent).toEqual([null, 'abc', null])
})

test.each(['', 'a\nb', 'ü', 'x'.repeat(10_000)])(
  'what no header can hold is not kept (%#)',
  (state) => {
    const states = createTurnStates()
    const turn = {conversationId: 'one', accountId: 'a'}
    states.learn(turn, state)

    expect(states.get(turn)).toBeUndefined()
  },
)

test('of many turns at once, the oldest are forgotten', () => {
  const states = createTurnStates(2)
  const turns = ['one', 'two', 'three'].map((id) => ({conversationId: id, accountId: 'a'}))
  for (const turn of turns) states.learn(turn, 'abc')

  expect(turns.map((turn) => states.get(turn))).toEqual([undefined, 'abc', 'abc'])
})
