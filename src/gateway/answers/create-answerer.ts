/**
 * From a request of a known client to an answer.
 *
 * @module
 */
import type {IncomingMessage} from 'node:http'
import {createOpenAiFetch, type OpenAiAnswers} from '../../dialects/create-openai-fetch.ts'
import {toFinalError} from '../../dialects/final-errors.ts'
import type {Backend, RequestScope} from '../../responses/backend.ts'
import type {Exchange} from '../exchange/exchange.ts'
import {createScope} from '../exchange/create-scope.ts'
import {toEventStream, type EventStream} from '../exchange/event-stream.ts'
import {
  hasLimitHeaders,
  PoolLimits,
  replaceLimitEvents,
  setLimitHeaders,
} from '../limits/pool-limits.ts'
import {readRawBody, readRequestBody, type RequestBody} from '../server/read-request-body.ts'
import type {AnswererOptions} from './answerer-options.ts'
import {answerCompact} from './answer-compact.ts'
import {createMessagesAsker, type AskMessages} from './ask-messages.ts'
import {answerModel, answerModels} from './answer-models.ts'
import {answerPoolUsage} from './answer-pool-usage.ts'
import {findEndpoint, type Endpoint} from './find-endpoint.ts'
import {forwardCall} from './forward-call.ts'
import {answerOtherMethod, refuse} from './refuse.ts'
import {withPasses} from './with-passes.ts'

/** Answers requests. Rejects only when the signal of the exchange is aborted, or by a mistake of ours. */
export type Answerer = (
  exchange: Exchange,
  incoming: IncomingMessage,
) => Promise<EventStream | Response>

/** Both ways in which a request comes. */
export interface Answerers {
  readonly answer: Answerer
  /** Answers a request for a response whose body is here. The head of the exchange is that of a `POST`. */
  readonly answerBody: (exchange: Exchange, body: Buffer) => Promise<EventStream | Response>
}

/** Creates the answerer. The first request that needs it opens the way to the backend. */
export function createAnswerer(given: AnswererOptions): Answerers {
  const {engine, maxBodyBytes} = given
  let opening: Promise<Opened> | undefined
  const open = () => (opening ??= openWay(given))
  const limits = new PoolLimits(engine)
  const options = {...given, askMessages: createMessagesAsker(), limits, open}
  const answer: Answerer = async (exchange, incoming) => {
    const endpoint = findEndpoint(exchange.head)
    if (endpoint.kind === 'unknown') return answerUnknown(exchange)
    if (endpoint.kind === 'other-method') return answerOtherMethod(exchange.head, endpoint.allow)
    if (options.isPassthrough === true) return passThrough(exchange, incoming, options)
    if (endpoint.kind === 'backend') {
      const body = await readRawBody(incoming, maxBodyBytes)
      if (body.kind === 'refused') return refuseBody(body)
      const {head, signal} = exchange
      const response = await forwardCall(
        {head, path: endpoint.path, body: body.bytes, signal},
        engine,
      )
      if (hasLimitHeaders(response)) {
        setLimitHeaders(response, (await limits.open(head))())
      }
      return response
    }
    const body = await readRequestBody(incoming, maxBodyBytes)
    if (body.kind === 'refused') return refuseBody(body)
    if (body.bytes.length > 0) options.onBody?.(body.bytes)
    return answerOwn(exchange, {endpoint, body: body.bytes}, options)
  }
  return {
    answer,
    async answerBody(exchange, body) {
      options.onBody?.(body)
      return askEngine(exchange, {endpoint: {kind: 'engine', path: '/responses'}, body}, options)
    },
  }
}

interface EngineAsked {
  readonly endpoint: Extract<Endpoint, {kind: 'compact' | 'count-tokens' | 'engine' | 'messages'}>
  readonly body: Buffer
}

/** The way to the backend, for all requests of one gateway. */
interface Opened {
  readonly backend: Backend
  readonly answer: OpenAiAnswers<EventStream>
}

/** What is made once. */
interface AnsweringOptions extends AnswererOptions {
  readonly askMessages: AskMessages
  readonly limits: PoolLimits
  readonly open: () => Promise<Opened>
}

async function openWay({
  describe,
  engine,
  listModels,
  maxRetryPasses = 0,
}: AnswererOptions): Promise<Opened> {
  const opened = await engine.openBackend()
  const pool = maxRetryPasses > 0 ? withPasses(opened.pool, maxRetryPasses) : opened.pool
  const backend = {...opened, pool, ...(describe && {describe})}
  return {backend, answer: createOpenAiFetch(backend, {listModels, toEvents: toEventStream})}
}

interface Asked {
  readonly endpoint: Exclude<Endpoint, {kind: 'backend' | 'other-method' | 'unknown'}>
  readonly body: Buffer
}

async function answerOwn(
  exchange: Exchange,
  {endpoint, body}: Asked,
  options: AnsweringOptions,
): Promise<EventStream | Response> {
  if (endpoint.kind === 'models') return answerModels(exchange, options)
  if (endpoint.kind === 'model')
    return answerModel(endpoint.id, options.listModels(), exchange.head)
  if (endpoint.kind === 'pool-usage') return answerPoolUsage(exchange.head, options.limits)
  return askEngine(exchange, {endpoint, body}, options)
}

/** Whoever answers, the client is told what is left of all accounts. */
async function askEngine(
  exchange: Exchange,
  asked: EngineAsked,
  options: AnsweringOptions,
): Promise<EventStream | Response> {
  const readLimits = await options.limits.open(exchange.head)
  const scope = createScope(exchange, {
    ...options.toScope?.(exchange),
    replaceLimits: (events, starts) => replaceLimitEvents(events, starts, readLimits()),
  })
  const answer = await askBackend(exchange, {...asked, scope}, options)
  setLimitHeaders(answer, readLimits())
  return answer
}

async function askBackend(
  exchange: Exchange,
  {endpoint, body, scope}: EngineAsked & {readonly scope: RequestScope},
  {askMessages, open, overflow}: AnsweringOptions,
): Promise<EventStream | Response> {
  const {answer, backend} = await open()
  if (endpoint.kind === 'compact') return answerCompact(body, exchange, {...backend, scope})
  if (endpoint.kind !== 'engine') {
    return askMessages({kind: endpoint.kind, body, exchange}, {...backend, scope})
  }
  const {head, signal} = exchange
  const type = head.headers['content-type'] ?? 'application/json'
  const call: RequestInit = {
    method: head.method,
    headers: {'content-type': type, 'user-agent': head.headers['user-agent'] ?? ''},
    // A text is what the engine reads without a detour; a form has bytes that are none.
    body: type.startsWith('multipart/form-data') ? body : body.toString(),
    signal,
  }
  const response = await answer(endpoint.path, call, scope)
  if (!(response instanceof Response)) return response
  const other = response.status === 429 ? await overflow?.(exchange, body) : undefined
  return other ?? toFinalError(response, endpoint.path, call)
}

/** For a look at what the client itself would get. */
async function passThrough(
  exchange: Exchange,
  incoming: IncomingMessage,
  {engine, maxBodyBytes}: AnswererOptions,
): Promise<Response> {
  const {head, signal} = exchange
  const body = await readRawBody(incoming, maxBodyBytes)
  if (body.kind === 'refused') return refuseBody(body)
  const name = head.path.replace(/^\/(?:v1|backend-api\/codex)(?=\/)/, '/codex')
  const below = name.startsWith('/backend-api/') ? name.slice('/backend-api'.length) : name
  const path = /^\/(?:codex|wham|ps)\//.test(below) ? below : `/codex${below}`
  return forwardCall({head, path, body: body.bytes, signal, isPassthrough: true}, engine)
}

function refuseBody({status, message}: Exclude<RequestBody, {kind: 'read'}>): Response {
  return refuse({status, message, code: status === 413 ? 'body_too_large' : 'body_invalid'})
}

function answerUnknown({head: {method, path}}: Exchange): Response {
  return refuse({
    status: 404,
    code: 'not_found',
    message: `This gateway has no ${method} ${path.slice(0, 80)}. It answers /v1/responses, /v1/responses/compact, /v1/chat/completions, /v1/images/generations, /v1/images/edits, /v1/messages, /v1/messages/count_tokens, /v1/models, /health and /metrics.`,
  })
}
