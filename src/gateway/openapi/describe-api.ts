/**
 * The description of the gateway's API, for tools that make clients of it.
 *
 * @module
 * @see {@link https://spec.openapis.org/oas/v3.1.1.html}
 */
import * as z from 'zod/mini'
import * as schemas from './schemas.ts'

/** An endpoint as it is described. */
interface DescribedEndpoint {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly summary: string
  /** What is sent. Default: nothing. */
  readonly body?: z.ZodMiniType
  /** What comes back. Default: text. */
  readonly answer?: z.ZodMiniType
  /** Whether the answer can come as events. Default no. */
  readonly isStreamed?: boolean
  /** Whether anybody may ask, without a client key. Default no. */
  readonly isPublic?: boolean
}

const ENDPOINTS: readonly DescribedEndpoint[] = [
  {
    method: 'post',
    path: '/v1/responses',
    summary: 'Answers, in the Responses API.',
    body: schemas.RESPONSE_REQUEST,
    answer: schemas.RESPONSE,
    isStreamed: true,
  },
  {
    method: 'post',
    path: '/v1/responses/compact',
    summary: 'Makes a long conversation short.',
    body: schemas.COMPACT_REQUEST,
    answer: z.looseObject({}),
  },
  {
    method: 'post',
    path: '/v1/chat/completions',
    summary: 'Answers, in the Chat Completions API.',
    body: schemas.CHAT_REQUEST,
    answer: schemas.CHAT_COMPLETION,
    isStreamed: true,
  },
  {
    method: 'post',
    path: '/v1/messages',
    summary: 'Answers, in the Messages API.',
    body: schemas.MESSAGES_REQUEST,
    answer: schemas.MESSAGE,
    isStreamed: true,
  },
  {
    method: 'post',
    path: '/v1/messages/count_tokens',
    summary: 'Counts the tokens of a request of the Messages API.',
    body: schemas.MESSAGES_REQUEST,
    answer: schemas.TOKEN_COUNT,
  },
  {
    method: 'post',
    path: '/v1/images/generations',
    summary: 'Makes images.',
    body: schemas.IMAGE_REQUEST,
    answer: schemas.IMAGES,
  },
  {
    method: 'post',
    path: '/v1/images/edits',
    summary: 'Changes images, which are sent as a form or as JSON.',
    body: schemas.IMAGE_REQUEST,
    answer: schemas.IMAGES,
  },
  {
    method: 'get',
    path: '/v1/models',
    summary: 'Lists the models that can be asked for.',
    answer: schemas.MODELS,
  },
  {
    method: 'get',
    path: '/v1/models/{id}',
    summary: 'One model of the list.',
    answer: schemas.MODEL,
  },
  {
    method: 'get',
    path: '/health',
    summary: 'Whether the gateway runs, and whether an account can answer.',
    answer: schemas.HEALTH,
    isPublic: true,
  },
  {
    method: 'get',
    path: '/openapi.json',
    summary: 'This description.',
    answer: z.looseObject({}),
    isPublic: true,
  },
]

/** Describes the API in OpenAPI 3.1, whose schemas are those of JSON Schema 2020-12. */
export function describeApi(version: string): Readonly<Record<string, unknown>> {
  const paths = ENDPOINTS.map(({path}) => path)
  return {
    openapi: '3.1.1',
    info: {
      title: 'Gateway to the Codex models of your ChatGPT subscription',
      version,
      description:
        'Every path also answers without /v1. Clients send a key of the gateway as their API key.',
    },
    components: {
      securitySchemes: {client: {type: 'http', scheme: 'bearer'}},
      schemas: {Error: toSchema(schemas.ERROR)},
    },
    security: [{client: []}],
    paths: Object.fromEntries(paths.map((path) => [path, toPathItem(path)])),
  }
}

function toPathItem(path: string): Readonly<Record<string, unknown>> {
  const [, parameter] = /\{(\w+)\}/.exec(path) ?? []
  const operations = ENDPOINTS.filter((endpoint) => endpoint.path === path)
  return {
    ...(parameter !== undefined && {
      parameters: [{name: parameter, in: 'path', required: true, schema: {type: 'string'}}],
    }),
    ...Object.fromEntries(operations.map((endpoint) => [endpoint.method, toOperation(endpoint)])),
  }
}

function toOperation({answer, body, isPublic, isStreamed, summary}: DescribedEndpoint) {
  const content = {
    'application/json': {schema: answer ? toSchema(answer) : {}},
    ...(isStreamed === true && {'text/event-stream': {schema: {type: 'string'}}}),
  }
  const failure = {
    description: 'Why there is no answer, in words.',
    content: {'application/json': {schema: {$ref: '#/components/schemas/Error'}}},
  }
  return {
    summary,
    ...(isPublic === true && {security: []}),
    ...(body && {
      requestBody: {required: true, content: {'application/json': {schema: toSchema(body)}}},
    }),
    responses: {200: {description: 'The answer.', content}, default: failure},
  }
}

function toSchema(schema: z.ZodMiniType): Readonly<Record<string, unknown>> {
  const {$schema: _, ...rest} = z.toJSONSchema(schema)
  return rest
}
