/**
 * As long as a caller has read no word, whatever goes wrong is asked again, or of the next account.
 */
import {describe, expect, test} from 'vitest'
import type {FetchFunction} from '../../src/http/fetch.ts'
import {createCodexFetch} from '../support/engine/create-codex-fetch.ts'
import {ACCOUNT, createBackend} from '../support/engine/create-backend.ts'

const GRACE = {...ACCOUNT, id: 'user-2:account-2', chatgptAccountId: 'account-2'}

const CREATED = {type: 'response.created', response: {id: 'resp_1', instructions: 'Be kind'}}
const REASONING = {id: 'rs_1', type: 'reasoning', summary: []}
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status: 'in_progress',
  content: [],
}
const CALL = {id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'look', arguments: ''}
const PART = {type: 'output_text', text: '', annotations: [], logprobs: []}

const added = (item: object) => ({type: 'response.output_item.added', output_index: 0, item})
const done = (item: object) => ({type: 'response.output_item.done', output_index: 0, item})
const at = (type: string, fields: object = {}) => ({type, output_index: 0, ...fields})

/** Openings in which nobody has read anything. */
const WORDLESS: readonly (readonly [string, readonly object[]])[] = [
  ['the handshake', [CREATED, {type: 'response.in_progress', response: {id: 'resp_1'}}]],
  ['reasoning without a summary', [CREATED, added(REASONING)]],
  ['finished reasoning without a summary', [done({...REASONING, encrypted_content: 'gAAAA1'})]],
  [
    'an empty part of a summary',
    [
      added(REASONING),
      at('response.reasoning_summary_part.added', {part: {type: 'summary_text', text: ''}}),
    ],
  ],
  ['an empty message', [added(MESSAGE), at('response.content_part.added', {part: PART})]],
  ['an empty delta', [at('response.output_text.delta', {delta: '', obfuscation: 'Xq3vB9'})]],
  ['a call without arguments', [added(CALL)]],
  ['a search that runs', [at('response.web_search_call.searching', {item_id: 'ws_1'})]],
  ['metadata', [{type: 'response.metadata', headers: {'x-codex-turn-state': 'abc'}}]],
  [
    'an unknown event without anything in it',
    [at('response.thinking', {status: 'deep', count: 3})],
  ],
]

/** Openings in which somebody has. */
const WORDS: readonly (readonly [string, readonly object[]])[] = [
  ['a text', [at('response.output_text.delta', {delta: 'Hi'})]],
  ['a whole text', [at('response.output_text.done', {text: 'Hi'})]],
  ['a refusal', [at('response.refusal.delta', {delta: 'No'})]],
  ['a thought', [at('response.reasoning_summary_text.delta', {delta: 'Well'})]],
  ['arguments', [added(CALL), at('response.function_call_arguments.delta', {delta: '{'})]],
  ['a finished call', [done({...CALL, arguments: '{"a":1}'})]],
  ['a finished call without arguments', [done(CALL)]],
  ['an image', [at('response.image_generation_call.partial_image', {partial_image_b64: 'iVBO'})]],
  ['an unknown event with a text', [at('response.song.delta', {lyrics: 'la'})]],
]

const FAILED = {
  type: 'response.failed',
  response: {error: {code: 'server_is_overloaded', message: 'Busy'}},
}
const SPENT = {
  type: 'response.failed',
  response: {error: {code: 'usage_limit_reached', message: 'Spent'}},
}
const ANSWER = [
  at('response.output_text.delta', {item_id: 'msg_1', delta: 'Hello'}),
  {type: 'response.completed', response: {id: 'resp_1', output: []}},
]

function toText(events: readonly object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}

/** Gives the answers in turn, the last one for ever, and tells who was asked. */
function start(...answers: (readonly object[])[]) {
  const asked: (string | null)[] = []
  const fetch: FetchFunction = async (_input, init) => {
    asked.push(new Headers(init?.headers).get('chatgpt-account-id'))
    return new Response(toText(answers[Math.min(asked.length, answers.length) - 1]!))
  }
  const codexFetch = createCodexFetch(createBackend(fetch, [ACCOUNT, GRACE]))
  const ask = (stream: boolean) =>
    codexFetch('https://backend.example/responses', {
      method: 'POST',
      body: JSON.stringify({model: 'gpt-5.5', input: 'Hi', stream}),
    })
  return {ask, asked}
}

describe.each(WORDLESS)('behind %s', (_name, opening) => {
  test.each([
    ['an overload', [...opening, FAILED]],
    ['an error', [...opening, {type: 'error', code: 'server_error', message: 'Oops'}]],
    ['a cut', opening],
  ])('%s is asked again, and nothing of it is seen', async (_failure, events) => {
    const {ask, asked} = start(events, ANSWER)

    expect(await (await ask(true)).text()).toBe(toText(ANSWER))
    expect(asked).toEqual(['account-1', 'account-1'])
  })

  test('a spent limit is a matter for the next account', async () => {
    const {ask, asked} = start([...opening, SPENT], ANSWER)

    expect(await (await ask(true)).text()).toBe(toText(ANSWER))
    expect(asked).toEqual(['account-1', 'account-2'])
  })

  test('what was held back is handed on with the first word', async () => {
    const {ask} = start([...opening, ...ANSWER])

    expect(await (await ask(true)).text()).toBe(toText([...opening, ...ANSWER]))
  })
})

describe.each(WORDS)('behind %s', (_name, opening) => {
  test('a failure is handed on, and nothing is asked twice', async () => {
    const {ask, asked} = start([...opening, SPENT], ANSWER)

    const text = await (await ask(true)).text()

    expect(text.startsWith(toText(opening))).toBe(true)
    expect(text).toContain('"type":"error"')
    expect(asked).toEqual(['account-1'])
  })

  test('who wants one object has read nothing yet', async () => {
    const {ask, asked} = start([...opening, FAILED], [...opening, SPENT], opening, ANSWER)

    const response = await ask(false)

    expect(await response.json()).toMatchObject({output: [{content: [{text: 'Hello'}]}]})
    expect(asked).toEqual(['account-1', 'account-1', 'account-2', 'account-2'])
  })
})
