/**
 * Calls of the official client that are none of ours, passed on to the backend as one of the accounts.
 *
 * @module
 */
import type {IncomingHttpHeaders} from 'node:http'
import {canAnswer, type Account} from '../../accounts/account.ts'
import {toAccountHeaders} from '../../codex/account-headers.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {CodexError} from '../../errors.ts'
import type {RequestHead} from '../exchange/exchange.ts'
import {isHopByHop} from '../server/hop-by-hop.ts'
import {refuse} from './refuse.ts'

/** A call to pass on. */
export interface ForwardedCall {
  readonly head: RequestHead
  /** Below the backend's base URL, for example `/wham/settings/user`. */
  readonly path: string
  /** As the client sent it, with its encoding; empty for none. */
  readonly body: Buffer
  readonly signal: AbortSignal
  /** Whether the login of the client is used, and none of ours. Default no. */
  readonly isPassthrough?: boolean
}

/** Headers of a client that the backend does not get: who asks is ours to say, and what is decoded here as well. */
const DROPPED: ReadonlySet<string> = new Set([
  'accept-encoding',
  'content-length',
  'expect',
  'forwarded',
  'host',
  'origin',
  'referer',
])

/** Headers that say who asks. */
const IDENTITY =
  /^(?:authorization|cookie|x-api-key|chatgpt-account-id|x-openai-fedramp|(?:x-)?openai-(?:account-id|organization(?:-id)?|project|session|user-id)|x-openai-account-routing-override)$/

/** Headers of an answer that no longer fit it once it is decoded, or that would let the client log in anew. */
const ANSWER_DROPPED: ReadonlySet<string> = new Set([
  'alt-svc',
  'content-encoding',
  'content-length',
  'strict-transport-security',
  'www-authenticate',
])

/**
 * Passes a call on. Answers come back as they are, with their status; only a refused login is told in our words,
 * because it is not the login of the client that was refused.
 *
 * @throws The signal's reason, when it is aborted.
 */
export async function forwardCall(
  call: ForwardedCall,
  engine: Pick<Engine, 'backend' | 'memory' | 'pool' | 'store'>,
): Promise<Response> {
  if (call.isPassthrough === true) return send(call, undefined, engine)
  const account = await chooseForwarder(call.head.headers, engine)
  if (!account) {
    return refuse({
      status: 403,
      code: 'login_required',
      message: 'No ChatGPT account is logged in, so the call was not passed on.',
    })
  }
  const {accessTokens} = engine.backend
  const wait = {signal: call.signal}
  try {
    let token = await accessTokens.get(account.id, wait)
    let response = await send(call, {account, token}, engine)
    if (response.status === 401) {
      await response.body?.cancel().catch(() => undefined)
      token = await accessTokens.renew(account.id, token, wait)
      response = await send(call, {account, token}, engine)
    }
    return response.status === 401 ? await toRefusal(response) : response
  } catch (error) {
    call.signal.throwIfAborted()
    if (!(error instanceof CodexError)) throw error
    return refuse({status: 503, code: error.code, message: error.message})
  }
}

/**
 * Who passes it on: the account that the client is logged in with, where it is one of ours, so that the client sees
 * its own plugins and settings; else the account that has answered last; else the first that works.
 */
async function chooseForwarder(
  headers: IncomingHttpHeaders,
  {backend, memory, pool, store}: Pick<Engine, 'backend' | 'memory' | 'pool' | 'store'>,
): Promise<Account | undefined> {
  // The backend of Codex must not see the token of an app.
  const working = (await store.list()).filter(
    (account) => !account.tokens.app && canAnswer(account, backend.now()),
  )
  const own = working.find(({chatgptAccountId}) => isNamed(chatgptAccountId, headers))
  if (own) return own
  const lastId = pool.lastChoices().findLast(({answeredBy}) => answeredBy !== undefined)?.answeredBy
  return (
    working.find(({id}) => id === lastId) ??
    working.find(({id}) => !memory.preferences.of(id).isPaused) ??
    working[0]
  )
}

function isNamed(id: string | undefined, headers: IncomingHttpHeaders): boolean {
  return id !== undefined && headers['chatgpt-account-id'] === id
}

async function send(
  {body, head, path, signal}: ForwardedCall,
  as: {readonly account: Account; readonly token: string} | undefined,
  {backend}: Pick<Engine, 'backend'>,
): Promise<Response> {
  const hasBody = head.method !== 'GET' && head.method !== 'HEAD'
  let response: Response
  try {
    response = await backend.fetch(`${backend.url}${path}${head.query}`, {
      method: head.method,
      redirect: 'manual',
      headers: {
        ...toForwardedHeaders(head.headers, {isPassthrough: as === undefined}),
        // What we cannot decode must not come.
        'accept-encoding': 'gzip',
        ...(as && toAccountHeaders(as.account, as.token)),
      },
      signal,
      ...(hasBody && body.length > 0 && {body}),
    })
  } catch {
    signal.throwIfAborted()
    const host = new URL(backend.url).host
    return refuse({
      status: 502,
      code: 'backend_unreachable',
      message: `No connection to ${host}. Check the internet connection and the proxy settings, then try again.`,
    })
  }
  return new Response(response.body, {
    status: response.status,
    headers: toAnswerHeaders(response.headers),
  })
}

function toForwardedHeaders(
  headers: IncomingHttpHeaders,
  {isPassthrough}: {readonly isPassthrough: boolean},
): Record<string, string> {
  const forwarded: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || isHopByHop(name, headers.connection)) continue
    if (DROPPED.has(name) || name.startsWith('x-forwarded-') || name.startsWith('x-cao-')) continue
    if (!isPassthrough && IDENTITY.test(name)) continue
    forwarded[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return forwarded
}

function toAnswerHeaders(headers: Headers): Headers {
  const connection = headers.get('connection') ?? ''
  const kept = new Headers()
  for (const [name, value] of headers) {
    if (!ANSWER_DROPPED.has(name) && !isHopByHop(name, connection)) kept.append(name, value)
  }
  return kept
}

/** A 401 would make the official client refresh its own login, which may be one of ours. */
async function toRefusal({body}: Response): Promise<Response> {
  await body?.cancel().catch(() => undefined)
  return refuse({
    status: 403,
    code: 'login_rejected',
    message: 'ChatGPT rejects the login of the account that the call was passed on with.',
  })
}
