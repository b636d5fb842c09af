import type {FetchFunction} from '../../../src/http/fetch.ts'
import {createCodexFetch} from './create-codex-fetch.ts'
import {createBackend} from './create-backend.ts'

export const URL_OF_SDK = 'https://backend.example/backend-api/responses'

export const CREATED = {
  type: 'response.created',
  response: {id: 'resp_1', created_at: 7, output: []},
}
export const DELTA = {type: 'response.output_text.delta', delta: 'Hello, wörld'}
export const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{type: 'output_text', text: 'Hello, wörld', annotations: []}],
}
const DONE = {type: 'response.output_item.done', output_index: 0, item: MESSAGE}
const COMPLETED = {
  type: 'response.completed',
  response: {id: 'resp_1', created_at: 7, status: 'completed', output: [], usage: null},
}

export function toStream(...events: object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}

export const ANSWER = toStream(CREATED, DELTA, DONE, COMPLETED)

export interface Sent {
  readonly url: string
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** A `fetch` that gives the answers in turn, the last one for ever, and remembers what was sent. */
export function createFetch(...answers: (() => Response)[]) {
  const sent: Sent[] = []
  const fetch: FetchFunction = async (input, init) => {
    const request = new Request(input, init)
    const body = (await request.clone().json()) as Record<string, unknown>
    sent.push({url: request.url, headers: request.headers, body})
    return answers[Math.min(sent.length, answers.length) - 1]!()
  }
  return {fetch, sent}
}

/** A `fetch` of the product whose backend gives the answers in turn. */
export function start(...answers: (() => Response)[]) {
  const {fetch, sent} = createFetch(...answers)
  const backend = createBackend(fetch)
  const codexFetch = createCodexFetch(backend)
  const ask = (body: object) =>
    codexFetch(URL_OF_SDK, {method: 'POST', body: JSON.stringify({model: 'gpt-5.2', ...body})})
  return {ask, backend, codexFetch, sent}
}

export const answer = () => new Response(ANSWER, {headers: {'content-type': 'text/event-stream'}})

export async function readError(response: Response) {
  const body = (await response.json()) as {error: {message: string; type: string; code: string}}
  return {status: response.status, ...body.error}
}
