/**
 * What other clients of this backend had to learn, where no other test is about it.
 */
import {expect, test} from 'vitest'
import type {Account} from '../../src/accounts/account.ts'
import type {FetchFunction} from '../../src/http/fetch.ts'
import {createCodexFetch} from '../support/engine/create-codex-fetch.ts'
import {openAnswer} from '../../src/responses/answer/open-answer.ts'
import {streamAnswer} from '../../src/responses/answer/stream-answer.ts'
import {ACCOUNT, createBackend} from '../support/engine/create-backend.ts'

const ANSWER = [
  'data: {"type":"response.output_text.delta","delta":"Hello"}\n\n',
  'data: {"type":"response.completed","response":{"id":"resp_1","output":[]}}\n\n',
].join('')

interface Sent {
  readonly sessionId: string | null
  readonly body: Readonly<Record<string, unknown>>
}

/** Asks as `account`, and shows what the backend was asked. */
function start(answer: () => Response, account: Account = ACCOUNT) {
  const sent: Sent[] = []
  const fetch: FetchFunction = async (input, init) => {
    const request = new Request(input, init)
    const body = (await request.json()) as Record<string, unknown>
    sent.push({sessionId: request.headers.get('session-id'), body})
    return answer()
  }
  const codexFetch = createCodexFetch(createBackend(fetch, [account]))
  const ask = async (body: object) =>
    codexFetch('https://backend.example/backend-api/responses', {
      method: 'POST',
      body: JSON.stringify({model: 'gpt-5.2', stream: true, ...body}),
    })
  return {ask, sent}
}

const FIRST_TURN = [{role: 'user', content: 'Read a.txt'}]
const SECOND_TURN = [
  ...FIRST_TURN,
  {type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{"path":"a.txt"}'},
  {type: 'function_call_output', call_id: 'call_1', output: 'A'},
  {role: 'user', content: 'And b.txt'},
]

/** @see {@link https://github.com/Soju06/codex-lb/pull/226} */
test('the cache key and the session stay the same over the turns of a conversation', async () => {
  const {ask, sent} = start(() => new Response(ANSWER))

  await ask({input: FIRST_TURN})
  await ask({input: SECOND_TURN})
  await ask({input: [{role: 'user', content: 'Something else'}]})

  const [first, second, other] = sent as [Sent, Sent, Sent]
  expect(first.sessionId).toMatch(/^[\da-f]{8}-/)
  expect(first.body['prompt_cache_key']).toBe(first.sessionId)
  expect(second.sessionId).toBe(first.sessionId)
  expect(second.body['prompt_cache_key']).toBe(first.sessionId)
  expect(other.sessionId).not.toBe(first.sessionId)
})

test('the cache key belongs to the conversation, and not to the account that asks', async () => {
  const one = start(() => new Response(ANSWER))
  const other = start(() => new Response(ANSWER), {...ACCOUNT, id: 'user-2:account-2'})

  await one.ask({input: FIRST_TURN})
  await other.ask({input: SECOND_TURN})

  expect(other.sent[0]?.sessionId).toBe(one.sent[0]?.sessionId)
})

/** @see {@link https://github.com/openai/codex/issues/39771} */
test('an effort that thinks for nine minutes is waited for as long as pings come', async () => {
  let nowMs = 0
  let pings = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      pings += 1
      nowMs += 180_000
      await new Promise((resolve) => setTimeout(resolve, 5))
      controller.enqueue(Buffer.from(pings > 3 ? ANSWER : ': ping\n\n'))
      if (pings > 3) controller.close()
    },
  })

  const answer = await openAnswer(body, {
    onItem: () => {},
    request: {label: 'ada@example.com', model: 'gpt-5.2'},
    now: () => nowMs,
    checkIntervalMs: 1,
  })

  expect(await new Response(streamAnswer(answer)).text()).toContain('Hello')
  expect(nowMs).toBeGreaterThan(510_000)
})

test('a tool that a model does not have is refused once, in the words of the backend', async () => {
  const message = "Tool 'image_generation' is not supported with gpt-5.2."
  const error = {message, type: 'invalid_request_error', param: 'tools', code: null}
  const {ask, sent} = start(() => Response.json({error}, {status: 400}))

  const response = await ask({input: FIRST_TURN, tools: [{type: 'image_generation'}]})

  expect(response.status).toBe(400)
  expect(await response.text()).toContain(message)
  expect(sent).toHaveLength(1)
})

test('an answer that came compressed does not say that it still is', async () => {
  const headers = {'content-encoding': 'gzip', 'content-length': '7'}
  const {ask} = start(() => new Response(ANSWER, {headers}))

  for (const stream of [true, false]) {
    const response = await ask({input: FIRST_TURN, stream})

    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('content-length')).toBeNull()
  }
})

/** @see {@link https://github.com/openai/codex/issues/44468} */
test('a limit that ends in three weeks is said to end in three weeks', async () => {
  const error = {type: 'usage_limit_reached', resets_in_seconds: 1_814_400}
  const {ask, sent} = start(() => Response.json({error}, {status: 429}))

  const response = await ask({input: FIRST_TURN})

  expect(await response.json()).toMatchObject({
    error: {resets_at: Date.UTC(2026, 11, 11, 12) / 1000},
  })
  expect(sent).toHaveLength(1)
})
