/**
 * OpenAI's API as one `fetch`, whichever part of it a host's SDK speaks.
 *
 * @module
 */
import {CodexError, toErrorFields} from '../errors.ts'
import type {FetchFunction} from '../http/fetch.ts'
import type {Backend, RequestScope} from '../responses/backend.ts'
import {answerRequest, type ToEvents} from '../responses/answer-request.ts'
import {readCallerRequest, type CallerRequest} from '../responses/read-caller-request.ts'
import {toErrorResponse} from '../responses/refusal/error-response.ts'
import {toModelList, type ListedModel} from './to-model-list.ts'

/** Options of {@link createOpenAiFetch}. */
export interface OpenAiFetchOptions {
  /** What a list of models shows. */
  readonly listModels: () => readonly ListedModel[]
}

/** The same, for a face that hands events on by a way of its own. */
export interface OpenAiAnswersOptions<Events> extends OpenAiFetchOptions {
  readonly toEvents: ToEvents<Events>
}

/** `fetch`, with what only this request may use and who looks at it, for a face that looks at each. */
export type ScopedFetch = (
  input: Parameters<FetchFunction>[0],
  init?: RequestInit,
  scope?: RequestScope,
) => Promise<Response>

/** {@link ScopedFetch}, whose events are no `Response`. */
export type OpenAiAnswers<Events> = (...call: Parameters<ScopedFetch>) => Promise<Events | Response>

/** The end of a path that is answered here. */
const ENDPOINT = /\/(?:chat\/completions|images\/edits|images\/generations|models)$/

/**
 * Creates the `fetch` that a host gives to its SDK. Whatever the URL's host, it answers `…/responses`,
 * `…/chat/completions`, `…/images/generations`, `…/images/edits` and `…/models`. Failures are answers
 * with an `error`; only an abort rejects.
 */
export function createOpenAiFetch(whole: Backend, options: OpenAiFetchOptions): ScopedFetch
/** The same, for a face that hands events on by a way of its own. */
export function createOpenAiFetch<Events>(
  whole: Backend,
  options: OpenAiAnswersOptions<Events>,
): OpenAiAnswers<Events>
export function createOpenAiFetch(
  whole: Backend,
  options: OpenAiFetchOptions & Partial<OpenAiAnswersOptions<unknown>>,
): OpenAiAnswers<unknown> {
  return async (input, init, scope) => {
    const backend = scope ? withScope(whole, scope) : whole
    const caller = readCallerRequest(input, init)
    try {
      caller.signal?.throwIfAborted()
      return await answer(caller, backend, options)
    } catch (error) {
      caller.signal?.throwIfAborted()
      if (!(error instanceof CodexError)) throw error
      backend.log.warn('Request failed', toErrorFields(error))
      return toErrorResponse(error, backend.describe)
    }
  }
}

function withScope(backend: Backend, scope: RequestScope): Backend {
  const {describe} = scope
  return {...backend, ...(describe && {describe}), scope}
}

async function answer(
  caller: CallerRequest,
  backend: Backend,
  {listModels, toEvents}: OpenAiFetchOptions & Partial<OpenAiAnswersOptions<unknown>>,
): Promise<unknown> {
  // The usual case.
  if (caller.path.endsWith('/responses')) return await answerRequest(caller, backend, toEvents)
  const [endpoint] = ENDPOINT.exec(caller.path) ?? []
  // Loaded when needed: an editor that starts should not wait for dialects that it may not speak.
  switch (`${caller.method} ${endpoint}`) {
    case 'GET /models':
      return Response.json(toModelList(listModels()))
    case 'POST /chat/completions': {
      const {answerChatCompletion} = await import('./chat-completions/answer-chat-completion.ts')
      return await answerChatCompletion(caller, backend)
    }
    case 'POST /images/edits':
    case 'POST /images/generations': {
      const {answerImageRequest} = await import('./images/answer-image-request.ts')
      return await answerImageRequest(caller, backend)
    }
    default:
      return answerNotFound(caller.path)
  }
}

function answerNotFound(path: string): Response {
  const message = `There is nothing at ${path}. Ask …/responses, …/chat/completions, …/images/generations, …/images/edits or …/models.`
  return Response.json(
    {error: {message, type: 'invalid_request_error', code: 'not_found'}},
    {status: 404},
  )
}
