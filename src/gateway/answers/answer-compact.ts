/**
 * `/responses/compact`: the backend makes a long conversation short, for the official client.
 *
 * @module
 */
import type {AccountAttempt} from '../../accounts/choice/account-pool.ts'
import {toAccountLabel} from '../../accounts/account.ts'
import {CodexError, RequestInvalidError} from '../../errors.ts'
import {
  isJsonObject,
  parseJson,
  toJsonObject,
  toList,
  toText,
  type JsonObject,
} from '../../base/json-object.ts'
import {toWellFormedJson} from '../../base/to-well-formed-json.ts'
import {leaveOutForeign} from '../../responses/ask-as-account.ts'
import type {Backend} from '../../responses/backend.ts'
import {toErrorResponse} from '../../responses/refusal/error-response.ts'
import {toReader} from '../../responses/request-source.ts'
import {withRetries} from '../../responses/retry.ts'
import {createPost} from '../../responses/transport/http/post-as-account.ts'
import {withAccessToken} from '../../responses/transport/with-access-token.ts'
import type {Exchange} from '../exchange/exchange.ts'

const PATH = '/codex/responses/compact'

/**
 * Asks for it as the account that has the conversation, or as the next one that can. What only another account could
 * read is left out. A failure is an answer with an `error`.
 *
 * @throws The signal's reason, when it is aborted.
 */
export async function answerCompact(
  body: Buffer,
  exchange: Pick<Exchange, 'head' | 'signal'>,
  backend: Backend,
): Promise<Response> {
  try {
    return await ask(body, exchange, backend)
  } catch (error) {
    exchange.signal.throwIfAborted()
    if (!(error instanceof CodexError)) throw error
    return toErrorResponse(error, backend.scope?.describe ?? backend.describe)
  }
}

async function ask(
  body: Buffer,
  {head, signal}: Pick<Exchange, 'head' | 'signal'>,
  backend: Backend,
): Promise<Response> {
  const request = parseJson(body.toString())
  if (!isJsonObject(request)) {
    throw new RequestInvalidError('The body of the request must be a JSON object')
  }
  const model = toText(request['model']) ?? ''
  const session = head.headers['session-id'] ?? head.headers['session_id']
  const conversationId = toText(request['prompt_cache_key']) ?? toText(session)
  backend.scope?.onPrepared?.({model})
  const attempt = ({account, hasForeignReasoning}: AccountAttempt) => {
    const {explainModel} = backend
    const refused = {label: toAccountLabel(account), model, ...(explainModel && {explainModel})}
    const headers = conversationId === undefined ? {} : {'session-id': conversationId}
    const call = {path: PATH, accept: 'application/json', account, signal, refused} as const
    return leaveOutForeign(hasForeignReasoning, (isNeutral) => {
      const canRead = toReader({accountId: account.id, isNeutral})
      const takeBody = () => Buffer.from(toWellFormedJson(withReadable(request, canRead, backend)))
      const post = createPost({...call, takeBody, headers}, backend)
      return withRetries(withAccessToken(post, call, backend), {...backend, signal})
    })
  }
  const needs = {needsCodexTo: 'compact a conversation'}
  const opened = await backend.pool.run(conversationId, attempt, {...backend.scope, ...needs})
  const type = opened.headers.get('content-type') ?? 'application/json'
  return new Response(opened.body, {headers: {'content-type': type}})
}

function withReadable(
  request: JsonObject,
  canRead: ReturnType<typeof toReader>,
  {items}: Backend,
): JsonObject {
  const input = toList(request['input']).filter((item) => {
    const encrypted = toText(toJsonObject(item)['encrypted_content'])
    return encrypted === undefined || canRead(items.ownerOf(encrypted))
  })
  return {...request, input}
}
