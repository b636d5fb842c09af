/**
 * One request to the Codex backend's Responses API.
 *
 * @module
 */
import type {Account} from '../../accounts/account.ts'
import {findFullUntil, parseActiveLimit} from '../../accounts/usage/reading/parse-usage-headers.ts'
import type {LimitName} from '../../accounts/usage/reading/read-usage-window.ts'
import {toPlainText} from '../../base/plain-text.ts'
import {readBackendError, type RefusedRequest} from '../refusal/backend-error.ts'
import type {Backend} from '../backend.ts'
import {fetchAsAccount} from './fetch-as-account.ts'
import type {PreparedRequest} from '../request/prepare-request.ts'
import {TURN_STATE_HEADER} from '../turn-states.ts'

const TRACE_HEADERS = ['x-request-id', 'x-oai-request-id', 'cf-ray'] as const

/** A request that the backend has accepted. */
export interface AcceptedRequest {
  readonly body: ReadableStream<Uint8Array>
  /** What its headers say about limits. */
  readonly limits: Pick<RefusedRequest, 'fullUntilMs'> & {readonly activeLimit: LimitName}
  /** What it wants back within this turn. */
  readonly turnState: string | null
  /** Headers that OpenAI's support asks for. */
  readonly trace: Readonly<Record<string, string>>
}

/** Who asks, and how to stop. */
export interface SendOptions {
  readonly account: Account
  readonly token: string
  /** What the backend gave in this turn, see {@link TURN_STATE_HEADER}. */
  readonly turnState?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** What an error needs to know about the request. */
  readonly refused: Omit<RefusedRequest, 'nowMs'>
}

/**
 * Sends `request` and resolves once the backend has accepted it, before its first event.
 *
 * @returns The body of the answer, what is known about limits, and what OpenAI's support asks for.
 * @throws {UsageLimitReachedError} The account has no quota left.
 * @throws {BackendResponseError} Any other answer that is not a success.
 * @throws {NetworkError} The backend could not be reached.
 */
export async function sendRequest(
  {body: json, conversationId, lite}: PreparedRequest,
  backend: Backend,
  {account, refused, signal, token, turnState}: SendOptions,
): Promise<AcceptedRequest> {
  const headers = {
    accept: 'text/event-stream',
    'session-id': conversationId,
    'thread-id': conversationId,
    ...(turnState !== undefined && {[TURN_STATE_HEADER]: turnState}),
    ...(lite && {'x-openai-internal-codex-responses-lite': 'true'}),
  }
  const options = {body: json, account, token, signal, headers}
  const response = await fetchAsAccount('/codex/responses', options, backend)
  const {body} = response
  const modelsEtag = response.headers.get('x-models-etag')
  if (modelsEtag !== null) backend.onModelsEtag?.(modelsEtag)
  const nowMs = backend.now()
  if (response.ok && body && !isDocument(response)) {
    const activeLimit = parseActiveLimit(response.headers)
    const limits = {activeLimit, fullUntilMs: findFullUntil(response.headers, nowMs)}
    const nextState = response.headers.get(TURN_STATE_HEADER)
    return {body, limits, turnState: nextState, trace: toTrace(response.headers)}
  }
  throw await readBackendError(response, {...refused, nowMs})
}

/** Ids of the request at OpenAI and at Cloudflare, for whoever asks about it. */
function toTrace(headers: Headers): Readonly<Record<string, string>> {
  const found = TRACE_HEADERS.map((name) => [name, toPlainText(headers.get(name) ?? '', 100)])
  return Object.fromEntries(found.filter(([, value]) => value !== ''))
}

/** A success that is no stream came from something in front of the backend. */
function isDocument({headers}: Response): boolean {
  return /^(application\/json|text\/html)\b/.test(headers.get('content-type') ?? '')
}
