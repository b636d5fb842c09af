import {expect, test} from 'vitest'
import type {AccountChoice} from '../../src/accounts/choice/account-choice.ts'
import {createOpenAiFetch} from '../../src/dialects/create-openai-fetch.ts'
import type {PreparedFacts, RequestScope} from '../../src/responses/backend.ts'
import type {JsonObject} from '../../src/base/json-object.ts'
import {ACCOUNT, createBackend} from '../support/engine/create-backend.ts'

const STREAM = [
  {type: 'response.output_text.delta', output_index: 0, delta: 'Hello'},
  {
    type: 'response.completed',
    response: {id: 'resp_1', status: 'completed', output: [], usage: {input_tokens: 12}},
  },
]
  .map((event) => `data: ${JSON.stringify(event)}\n\n`)
  .join('')

function start(answer = () => new Response(STREAM)) {
  const told: {prepared: PreparedFacts[]; choices: AccountChoice[]; results: JsonObject[]} = {
    prepared: [],
    choices: [],
    results: [],
  }
  const scope: RequestScope = {
    onPrepared: (facts) => void told.prepared.push(facts),
    onChoice: (choice) => void told.choices.push(choice),
    onResult: (response) => void told.results.push(response),
  }
  const backend = createBackend(async () => answer())
  const openAiFetch = createOpenAiFetch(backend, {listModels: () => []})
  const ask = (path: string, body: object, given: RequestScope = scope) =>
    openAiFetch(
      `https://host.example/v1${path}`,
      {method: 'POST', body: JSON.stringify(body)},
      given,
    )
  return {ask, told}
}

const CHAT = {model: 'gpt-5.2', stream: true, messages: [{role: 'user', content: 'Hi'}]}

test.each([
  ['/responses', {model: 'gpt-5.2', input: 'Hi', stream: true, reasoning: {effort: 'minimal'}}],
  ['/chat/completions', {...CHAT, reasoning_effort: 'minimal'}],
])(
  'who looks at a request to %s knows its account and effort when it begins',
  async (path, body) => {
    const {ask, told} = start()

    const response = await ask(path, body)

    expect(told.prepared).toMatchObject([{model: 'gpt-5.2', askedEffort: 'minimal', effort: 'low'}])
    expect(told.choices).toMatchObject([{answeredBy: ACCOUNT.id}])
    await response.text()
    expect(told.results).toMatchObject([{usage: {input_tokens: 12}}])
  },
)

test('an image is part of it too', async () => {
  const {ask, told} = start(() => Response.json({created: 1, data: [{b64_json: 'aGk='}]}))

  await ask('/images/generations', {model: 'gpt-image-1', prompt: 'a cat'})

  expect(told.prepared).toMatchObject([{model: 'gpt-image-1'}])
  expect(told.choices).toMatchObject([{answeredBy: ACCOUNT.id}])
})

test('a request can be kept from every account, and be told in words of its own', async () => {
  const {ask} = start()

  const response = await ask(
    '/responses',
    {model: 'gpt-5.2', input: 'Hi'},
    {
      findReserve: () => ({
        limit: 'codex',
        windowSeconds: 604_800,
        usedPercent: 85,
        mayUsePercent: 80,
        isPace: false,
        untilMs: Date.UTC(2026, 10, 22),
      }),
      describe: ({code}) => `Not for you (${code}).`,
    },
  )

  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({
    error: {message: 'Not for you (ERR_ACCOUNT_UNAVAILABLE).'},
  })
  expect(response.headers.get('retry-after')).toBe('Sun, 22 Nov 2026 00:00:00 GMT')
})
