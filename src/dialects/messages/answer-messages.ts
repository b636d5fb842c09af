/**
 * Answers a request of the Messages API.
 *
 * @module
 */
import type {JsonObject} from '../../base/json-object.ts'
import {BackendResponseError, CodexError, RequestInvalidError} from '../../errors.ts'
import {toEventStream} from '../../responses/answer-request.ts'
import {askBackend} from '../../responses/ask-backend.ts'
import type {Backend} from '../../responses/backend.ts'
import type {CallerRequest} from '../../responses/read-caller-request.ts'
import {toErrorResponse} from '../../responses/refusal/error-response.ts'
import {wordError} from '../../responses/refusal/word-error.ts'
import {createStaticCatalogue} from '../../models/model-catalogue.ts'
import {resolveModel} from '../../models/resolve-model.ts'
import type {ModelCatalogue} from '../../models/model-info.ts'
import {toMessagesError, toMessagesErrorResponse} from './messages-error.ts'
import {toMessage} from './answer/to-message.ts'
import {toMessageStream} from './answer/to-message-stream.ts'
import {toResponsesRequest, type MessagesRequest} from './request/to-responses-request.ts'

/** Who asks. */
export interface MessagesCaller extends Pick<CallerRequest, 'readBody' | 'signal'> {
  /** The session that the client says it belongs to. */
  readonly sessionId?: string | undefined
  /** Whether it asks again by itself when a stream breaks off, and shows nothing of an error that comes in one. */
  readonly isRepeating?: boolean
  /** Told what was asked, as the backend got it, and the response in the last event. Must not throw. */
  readonly onUsage?: (request: JsonObject, response: JsonObject) => void
}

/** Characters of a body that are about one token. */
const CHARACTERS_PER_TOKEN = 4

/**
 * Asks for a response, and hands it on as the caller wants it: as events, or as one object. Failures are answers with an
 * `error` of this API.
 *
 * @throws The signal's reason, when it is aborted.
 */
export async function answerMessages(caller: MessagesCaller, backend: Backend): Promise<Response> {
  const catalogue = backend.catalogue?.() ?? createStaticCatalogue()
  let read: MessagesRequest | undefined
  try {
    read = toResponsesRequest(await caller.readBody(), {catalogue, sessionId: caller.sessionId})
    return await answer(read, caller, backend)
  } catch (error) {
    caller.signal?.throwIfAborted()
    if (!(error instanceof CodexError)) throw error
    const described = read ? explainLength(error, read, catalogue) : error
    const describe = backend.scope?.describe ?? backend.describe
    return await toMessagesErrorResponse(toErrorResponse(described, describe))
  }
}

async function answer(
  {changes, model, request, stopSequences}: MessagesRequest,
  {isRepeating, onUsage, signal}: MessagesCaller,
  whole: Backend,
): Promise<Response> {
  const backend = withListener(whole, (response) => onUsage?.(request, response))
  const {log, now} = backend
  const describe = backend.scope?.describe ?? backend.describe ?? wordError
  if (changes.length > 0) log.debug('Messages request was changed', {changes})
  const writing = {model, stopSequences, askedAtMs: now()}
  const asked = {readBody: async () => ({store: false, ...request}), signal}
  const begun = await askBackend(asked, backend)
  const trace = toTrace(begun.trace)
  if (begun.response) return Response.json(toMessage(begun.response, writing), {headers: trace})
  const body = toMessageStream(begun.answer, {
    ...writing,
    toFailure: (error) =>
      isRepeating === true ? undefined : toMessagesError(toStatus(error), describe(error)),
  })
  return toEventStream(body, trace)
}

function withListener(backend: Backend, onResult: (response: JsonObject) => void): Backend {
  const {scope = {}} = backend
  const tellBoth = (response: JsonObject) => {
    scope.onResult?.(response)
    onResult(response)
  }
  return {...backend, scope: {...scope, onResult: tellBoth}}
}

function toTrace(trace: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const id = trace['x-request-id'] ?? trace['x-oai-request-id']
  return {...trace, ...(id !== undefined && {'request-id': id})}
}

function toStatus(error: CodexError): number {
  return toErrorResponse(error).status
}

/** Clients read the numbers in this sentence, and make the conversation shorter. */
function explainLength(
  error: CodexError,
  {request}: MessagesRequest,
  catalogue: ModelCatalogue,
): CodexError {
  if (!(error instanceof BackendResponseError)) return error
  if (error.refusal.code !== 'context_length_exceeded') return error
  const {model} = resolveModel(String(request['model']), undefined, catalogue)
  const most = catalogue.find(model)?.contextWindow ?? 0
  const about = Math.ceil(JSON.stringify(request).length / CHARACTERS_PER_TOKEN)
  const tokens = Math.max(about, most + 1)
  return new RequestInvalidError(`prompt is too long: ${tokens} tokens > ${most} maximum`, {
    cause: error,
  })
}
