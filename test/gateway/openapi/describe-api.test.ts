import {expect, test} from 'vitest'
import {findEndpoint} from '../../../src/gateway/answers/find-endpoint.ts'
import {describeApi} from '../../../src/gateway/openapi/describe-api.ts'
import {createOpenApiRoute} from '../../../src/gateway/openapi/openapi-route.ts'
import * as schemas from '../../../src/gateway/openapi/schemas.ts'
import {startTestGateway} from '../../support/gateway/start-gateway.ts'

type PathItem = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const PATHS = Object.entries(describeApi('1.2.3')['paths'] as Record<string, PathItem>)

/** Answered before the API is looked at. */
const BESIDE_THE_API = ['/health', '/openapi.json']

test('the gateway has what is described, and describes what it has', () => {
  const described = PATHS.flatMap(([path, item]) =>
    Object.keys(item)
      .filter((name) => name === 'get' || name === 'post')
      .map((method) => ({method: method.toUpperCase(), path})),
  )
  const found = described
    .filter(({path}) => !BESIDE_THE_API.includes(path))
    .map(({method, path}) => findEndpoint({method, path: path.replace('{id}', 'x'), headers: {}}))

  expect(found).toEqual([
    {kind: 'engine', path: '/responses'},
    {kind: 'compact'},
    {kind: 'engine', path: '/chat/completions'},
    {kind: 'messages'},
    {kind: 'count-tokens'},
    {kind: 'engine', path: '/images/generations'},
    {kind: 'engine', path: '/images/edits'},
    {kind: 'models'},
    {kind: 'model', id: 'x'},
  ])
})

test('the sentence about an unknown path names every path that is described', async () => {
  const {ask} = await startTestGateway()
  const {error} = (await (await ask('/v1/embeddings', {method: 'POST'})).json()) as {
    readonly error: {readonly message: string}
  }

  const paths = PATHS.map(([path]) => path).filter((path) => !path.includes('{'))
  expect(paths.filter((path) => !error.message.includes(path))).toEqual(['/openapi.json'])
})

test('answers are what the description says', async () => {
  const {ask, prompt} = await startTestGateway({routes: [createOpenApiRoute('1.2.3')]})
  const post = (path: string, body: object) =>
    ask(path, {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(body),
    })
  const chat = {model: 'gpt-5.5', messages: [{role: 'user', content: 'Hello'}]}
  const answers = [
    [schemas.RESPONSE, await prompt('Hello')],
    [schemas.CHAT_COMPLETION, await post('/v1/chat/completions', chat)],
    [schemas.MESSAGE, await post('/v1/messages', chat)],
    [schemas.TOKEN_COUNT, await post('/v1/messages/count_tokens', chat)],
    [schemas.IMAGES, await post('/v1/images/generations', {prompt: 'A cat'})],
    [schemas.MODELS, await ask('/v1/models')],
    [schemas.MODEL, await ask('/v1/models/gpt-5.5')],
    [schemas.HEALTH, await ask('/health')],
    [schemas.ERROR, await ask('/v1/models/none')],
    [schemas.ERROR, await prompt('Hello', {input: 7})],
  ] as const
  const results = await Promise.all(
    answers.map(async ([schema, answer]) => schema.safeParse(await answer.json()).error?.message),
  )

  expect(results).toEqual(answers.map(() => undefined))
})

test('it is OpenAPI 3.1 with a schema for each body, and anybody may read it', async () => {
  const {ask} = await startTestGateway({
    routes: [createOpenApiRoute('1.2.3')],
    checkClient: () => ({kind: 'refused', status: 401, message: 'No.'}),
  })
  const answer = await ask('/openapi.json')

  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(await answer.json()).toMatchObject({
    openapi: '3.1.1',
    info: {version: '1.2.3'},
    security: [{client: []}],
    paths: {
      '/v1/responses': {
        post: {
          requestBody: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['model', 'input'],
                  properties: {stream: {type: 'boolean'}},
                },
              },
            },
          },
          responses: {200: {content: {'text/event-stream': {}}}, default: {content: {}}},
        },
      },
      '/v1/models/{id}': {parameters: [{name: 'id', in: 'path', required: true}]},
      '/health': {get: {security: []}},
    },
  })
})
