/**
 * A call of the backend as one HTTP request.
 *
 * @module
 */
import {readLimitHeaders} from '../../../accounts/usage/reading/parse-usage-headers.ts'
import {toBackendUrl, toCallHeaders} from '../../../codex/account-headers.ts'
import {CODEX_CLIENT_VERSION, ORIGINATOR} from '../../../codex/codex-client.ts'
import {AnswerStalledError, BackendResponseError, NetworkError} from '../../../errors.ts'
import {isRedirect, redirectOrigin} from '../../../http/redirect.ts'
import type {AnswerHeaders, ReceivedAnswer, Send} from '../../../http/send.ts'
import type {Backend} from '../../backend.ts'
import {readBackendError} from '../../refusal/backend-error.ts'
import {reportReading, reportRefusal} from '../../report-usage.ts'
import type {BackendCall, OpenedAnswer} from '../opened-answer.ts'

/**
 * Posts to the backend, and tells what the answer says about the limits of the account.
 *
 * @param send The way to the backend. What its answers are made of is handed on.
 * @throws As {@link Transport} says; also when the answer is a redirect.
 */
export async function postAsAccount<Answer extends ReceivedAnswer>(
  call: BackendCall,
  backend: Omit<Backend, 'fetch' | 'send'>,
  send: Send<Answer>,
): Promise<OpenedAnswer<Answer>> {
  const asked = {account: call.account, askedAtMs: backend.now()}
  const response = await begin(call, backend, send)
  if (isRedirect(response)) {
    throw await toRedirectError(response, toBackendUrl(call.account, backend))
  }
  const {body, headers} = response
  const modelsEtag = headers.get('x-models-etag')
  if (modelsEtag !== null) backend.onModelsEtag?.(modelsEtag)
  const limits = readLimitHeaders(headers, backend.now())
  reportReading(limits.reading, asked, backend)
  if (response.ok && body && !isDocument(headers, call)) return {headers, body, limits}
  const {activeLimit} = limits
  throw await readBackendError(response, {
    ...call.refused,
    activeLimit,
    nowMs: backend.now(),
    limitMs: backend.refusalLimitMs,
    onRefusal: (refusal) => reportRefusal(refusal, {...asked, activeLimit}, backend),
  })
}

/** Makes an attempt of a call that differs from the next one by its token only. */
export function createPost(
  call: Omit<BackendCall, 'token'>,
  backend: Backend,
): (token: string) => Promise<OpenedAnswer<Response>> {
  return (token) => postAsAccount({...call, token}, backend, backend.fetch)
}

async function begin<Answer extends ReceivedAnswer>(
  call: BackendCall,
  backend: Omit<Backend, 'fetch' | 'send'>,
  send: Send<Answer>,
): Promise<Answer> {
  try {
    return await post(call, backend, send)
  } catch (cause) {
    call.signal?.throwIfAborted()
    const {host} = new URL(toBackendUrl(call.account, backend))
    // The request may have been heard, so it is not sent again.
    if (cause instanceof DOMException && cause.name === 'TimeoutError') {
      throw new AnswerStalledError(`${host} did not begin to answer in time. Ask again.`, {cause})
    }
    throw new NetworkError(
      `No connection to ${host}. Check the internet connection and the proxy settings, then try again.`,
      {cause},
    )
  }
}

/** Not an async function, which would hold the body until the answer comes. */
function post<Answer extends ReceivedAnswer>(
  {path, accept, account, headers, signal, takeBody, token}: BackendCall,
  {clientVersion = CODEX_CLIENT_VERSION, userAgent, ...urls}: Omit<Backend, 'fetch' | 'send'>,
  send: Send<Answer>,
): Promise<Answer> {
  const isApp = account.tokens.app !== undefined
  return send(`${toBackendUrl(account, urls)}${isApp ? toAppPath(path) : path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      accept,
      'content-type': 'application/json',
      ...toCallHeaders(account, token, {
        originator: ORIGINATOR,
        'user-agent': userAgent,
        version: clientVersion,
        ...headers,
      }),
    },
    body: takeBody(),
    ...(signal && {signal}),
  })
}

/** The API for apps has the same calls, without this in front of them. */
function toAppPath(path: string): string {
  return path.replace(/^\/codex/, '')
}

/** The status says that the request has come to the wrong server (RFC 9110 §15.5.20), and is never asked again. */
async function toRedirectError(answer: ReceivedAnswer, url: string): Promise<BackendResponseError> {
  await answer.body?.cancel().catch(() => {})
  const origin = redirectOrigin(answer, url)
  return new BackendResponseError(
    `${new URL(url).host} sent the request on to ${origin ?? 'another address'}, where your conversation does not go. A proxy or the login page of this network may be in between: check the connection, then ask again.`,
    {refusal: {status: 421, code: 'redirected'}},
  )
}

/** A success that should be a stream and is none came from something in front of the backend. */
function isDocument(headers: AnswerHeaders, {accept}: BackendCall): boolean {
  const type = headers.get('content-type') ?? ''
  return accept === 'text/event-stream' && /^(application\/json|text\/html)\b/.test(type)
}
