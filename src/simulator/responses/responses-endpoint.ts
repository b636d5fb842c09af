/**
 * `POST /backend-api/codex/responses`.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import {planAnswer, type AnswerPlan, type PlannedItem} from './answer-plan.ts'
import {authenticate} from '../auth/authenticate.ts'
import {answerDetail} from '../backend-answer.ts'
import {checkResponsesRequest, type AcceptedRequest} from './check-responses-request.ts'
import {createEncryptedContent} from './encrypted-content.ts'
import {streamFrames, streamSteps} from './event-stream.ts'
import {applyToFrames, slow} from './faults/faulty-stream.ts'
import {catalogueTag} from '../models/models-endpoint.ts'
import {parseJson} from '../parse-json.ts'
import {writeResponse, type Frame, type Usage} from './response-frames.ts'
import type {SimulatedAccount} from '../state/simulated-account.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'
import {readUsage, spendUsage, toRateLimitsEvent, toUsageHeaders} from '../usage/usage-report.ts'

const CHARACTERS_PER_TOKEN = 4

/** Nothing is said to a request that only prepares the next one. */
const WARM_UP: AnswerPlan = {
  reasoningDeltas: undefined,
  output: [],
  directives: {},
}

/** How a frame begins that holds text of the answer. */
const TEXT_DELTA = 'event: response.output_text.delta\n'

/** Answers a request for a response with a stream of events, or refuses it. */
export async function answerResponses(
  exchange: Exchange,
  simulation: Simulation,
): Promise<Response> {
  const account = await authenticate(exchange, simulation)
  if (account instanceof Response) return account
  const body = parseJson(exchange.body)
  exchange.record.body = body
  const accepted = checkResponsesRequest(body, {account, headers: exchange.request.headers})
  if (accepted instanceof Response) return accepted
  const isWarmUp = exchange.request.headers.has('x-simulator-warm-up')
  const refusal = isWarmUp ? undefined : spendUsage(account, simulation.now())
  return refusal ?? stream(accepted, {account, exchange, simulation, owner: account.accountId})
}

/**
 * Says whether a WebSocket may be opened: with 204 and the headers of its 101. Where there is none, the refusal is the
 * one that makes clients take the other way at once.
 */
export async function answerUpgrade(exchange: Exchange, simulation: Simulation): Promise<Response> {
  const isUpgrade = exchange.request.headers.get('upgrade')?.toLowerCase() === 'websocket'
  if (!isUpgrade || !simulation.behaviour.webSocket) return answerDetail(426, 'Upgrade Required')
  const account = await authenticate(exchange, simulation)
  if (account instanceof Response) return account
  exchange.record.outcome = 'opened'
  return new Response(null, {status: 204, headers: {'x-models-etag': catalogueTag(account)}})
}

interface Conversation {
  readonly account: SimulatedAccount
  /** Who alone can hand the reasoning back. */
  readonly owner: string
  readonly exchange: Exchange
  readonly simulation: Simulation
}

/** Answers with a stream of events. */
export function stream(
  accepted: AcceptedRequest,
  {account, exchange, owner, simulation}: Conversation,
): Response {
  const {behaviour, now} = simulation
  const report = readUsage(account, now())
  const {headers: asked} = exchange.request
  const plan = asked.has('x-simulator-warm-up')
    ? WARM_UP
    : planAnswer(accepted, (prompt) => simulation.answers.find(prompt))
  // There are no headers that could tell them.
  const tellsLimits = behaviour.sendsRateLimitsEvent || asked.has('x-simulator-connection')
  const frames = writeResponse({
    request: accepted.request,
    effort: accepted.effort,
    plan,
    usage: countUsage(accepted, plan, {account, owner, simulation}),
    createdAtSeconds: Math.floor(now() / 1000),
    encrypt: () => createEncryptedContent(owner),
    repeatsOutput: plan.directives.output
      ? plan.directives.output === 'full'
      : behaviour.repeatsOutput,
    rateLimits: tellsLimits ? toRateLimitsEvent(report) : undefined,
    rateLimitsPlace: behaviour.sendsRateLimitsEvent === 'midway' ? 'midway' : 'first',
  })
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    // A client sends it back for as long as its turn lasts.
    'x-codex-turn-state': exchange.request.headers.get('x-codex-turn-state') ?? randomUUID(),
    'x-models-etag': catalogueTag(account),
    'openai-model': accepted.model.slug,
    ...toUsageHeaders(report),
  }
  return new Response(toBody(frames, plan, {...exchange, now}), {headers})
}

function toBody(
  frames: Generator<Frame, void>,
  {directives}: AnswerPlan,
  {fault, now, record, request}: Exchange & Pick<Simulation, 'now'>,
): ReadableStream<Uint8Array> {
  const onSend = (frame: Frame) => {
    if (frame.startsWith(TEXT_DELTA)) record.firstTextAtMs ??= now()
  }
  const options = {signal: request.signal, onSend}
  const delayMs = directives['delay-ms'] ?? 0
  if (fault) return streamSteps(applyToFrames(frames, fault), options)
  if (delayMs > 0) return streamSteps(slow(frames, delayMs), options)
  return streamFrames(frames, onSend)
}

function countUsage(
  {request}: AcceptedRequest,
  {output, reasoningDeltas}: AnswerPlan,
  {account, owner, simulation}: Omit<Conversation, 'exchange'>,
): Usage {
  const prompt = JSON.stringify([request.instructions, request.tools, request.input])
  const key = request.prompt_cache_key
  // The real cache belongs to an organisation: another account begins anew.
  const cacheKey = `${owner} ${key}`
  const cached = key ? toTokens(simulation.promptCache.measure(cacheKey, prompt)) : 0
  const reasoning = reasoningDeltas === undefined ? 0 : 16 + reasoningDeltas.length
  const written = toTokens(output.reduce((sum, item) => sum + lengthOf(item), 0)) + 1
  const input = toTokens(prompt.length)
  const usage = {
    input_tokens: input,
    input_tokens_details: {cached_tokens: cached},
    output_tokens: reasoning + written,
    output_tokens_details: {reasoning_tokens: reasoning},
    total_tokens: input + reasoning + written,
  }
  simulation.tokens.add(account.email, usage)
  return usage
}

function lengthOf(item: PlannedItem): number {
  if (item.kind === 'message') return item.deltas.join('').length
  if (item.kind === 'compaction') return 0
  return item.kind === 'web_search_call' ? item.query.length : item.input.length
}

function toTokens(characters: number): number {
  return Math.floor(characters / CHARACTERS_PER_TOKEN)
}
