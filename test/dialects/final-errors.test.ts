import {expect, test} from 'vitest'
import {toFinalError} from '../../src/dialects/final-errors.ts'

const URL_OF_SDK = 'https://backend.example/backend-api/responses'
const AI_SDK = {
  'user-agent': 'ai-sdk/openai/3.0.141 ai-sdk/provider-utils/4.0.40 runtime/node.js/20',
}
const FINAL = {'x-should-retry': 'false', 'x-request-id': 'req_1'}

function ask(answer: Response, headers: Record<string, string> = AI_SDK): Response {
  return toFinalError(answer, URL_OF_SDK, {headers})
}

test.each([408, 409, 429, 500, 503])(
  'a %i is final for the SDK that would repeat the request',
  async (status) => {
    const response = ask(new Response('{"error":{}}', {status, headers: FINAL}))

    expect(response.status).toBe(424)
    expect(response.headers.get('x-request-id')).toBe('req_1')
    expect(await response.text()).toBe('{"error":{}}')
  },
)

test.each([200, 400, 401, 403, 404])('a %i is not repeated anyway', (status) => {
  expect(ask(new Response('', {status, headers: FINAL})).status).toBe(status)
})

test('everybody else sees the right status', () => {
  const response = ask(new Response('', {status: 429, headers: FINAL}), {
    'user-agent': 'OpenAI/JS 6.0.0',
  })

  expect(response.status).toBe(429)
})

test('a request object says who asks, too', () => {
  const response = new Response('', {status: 503, headers: FINAL})

  expect(toFinalError(response, new Request(URL_OF_SDK, {headers: AI_SDK})).status).toBe(424)
})

test('an error that nobody called final keeps its status', () => {
  expect(ask(new Response('', {status: 503})).status).toBe(503)
})
