/**
 * OpenAI's API as one `fetch`, whichever part of it a host's SDK speaks.
 *
 * @module
 */
import type {FetchFunction} from '../http/fetch.ts'
import type {Backend} from '../responses/backend.ts'
import {answerOrExplain, createCodexFetch} from '../responses/handle-request.ts'
import {readCallerRequest, type CallerRequest} from '../responses/read-caller-request.ts'
import {toModelList, type ListedModel} from './to-model-list.ts'

/** What {@link createOpenAiFetch} needs from outside. */
export interface OpenAiFetchOptions {
  /** What a list of models shows. */
  readonly listModels: () => readonly ListedModel[]
}

/** The end of a path that is answered here. */
const ENDPOINT = /\/(?:chat\/completions|images\/edits|images\/generations|models)$/

/**
 * Creates the `fetch` that a host gives to its SDK. Whatever the URL's host, it answers `…/responses`,
 * `…/chat/completions`, `…/images/generations`, `…/images/edits` and `…/models`. Failures are answers
 * with an `error`; only an abort rejects.
 */
export function createOpenAiFetch(backend: Backend, options: OpenAiFetchOptions): FetchFunction {
  const codexFetch = createCodexFetch(backend)
  const answerDialect = createDialects(backend, options)
  return async (input, init) => {
    const caller = readCallerRequest(input, init)
    // The usual case, and the one where every byte counts: nothing is put around it.
    if (caller.path.endsWith('/responses')) return codexFetch(input, init)
    return answerOrExplain(caller, backend, async () => {
      const answer = await answerDialect(caller, {
        method: methodOf(input, init),
        readRequest: () => toRequest(input, init),
      })
      return answer ?? answerNotFound(caller.path)
    })
  }
}

interface CallDetails {
  readonly method: string
  /** The whole call, for a body that may be a form. */
  readonly readRequest: () => Request
}

/** Answers what is not the Responses API; `undefined` for what is not there. */
function createDialects(
  backend: Backend,
  {listModels}: OpenAiFetchOptions,
): (caller: CallerRequest, call: CallDetails) => Promise<Response | undefined> {
  return async (caller, {method, readRequest}) => {
    const [endpoint] = ENDPOINT.exec(caller.path) ?? []
    // Loaded when needed: an editor that starts should not wait for dialects that it may not speak.
    switch (`${method} ${endpoint}`) {
      case 'GET /models':
        return Response.json(toModelList(listModels()))
      case 'POST /chat/completions': {
        const {answerChatCompletion} = await import('./chat-completions/answer-chat-completion.ts')
        return answerChatCompletion(caller, backend)
      }
      case 'POST /images/edits':
      case 'POST /images/generations': {
        const {answerImageRequest} = await import('./images/answer-image-request.ts')
        return answerImageRequest(readRequest(), {backend, signal: caller.signal})
      }
      default:
        return undefined
    }
  }
}

function methodOf(...[input, init]: Parameters<FetchFunction>): string {
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
  return method.toUpperCase()
}

/** Images come as JSON or as a form, and only a `Request` reads both. */
function toRequest(...[input, init]: Parameters<FetchFunction>): Request {
  const target = input instanceof Request ? input : new URL(input, 'http://localhost')
  return new Request(target, init)
}

function answerNotFound(path: string): Response {
  const message = `There is nothing at ${path}. Ask …/responses, …/chat/completions, …/images/generations, …/images/edits or …/models.`
  return Response.json(
    {error: {message, type: 'invalid_request_error', code: 'not_found'}},
    {status: 404},
  )
}
