/**
 * `/v1/messages`: the Messages API, for Claude Code and the SDKs of that API.
 *
 * @module
 */
import {setImmediate} from 'node:timers/promises'
import {answerMessages} from '../../dialects/messages/answer-messages.ts'
import {TokenCounts} from '../../dialects/messages/tokens/token-counts.ts'
import {isJsonObject, parseJson} from '../../base/json-object.ts'
import {RequestInvalidError} from '../../errors.ts'
import {createStaticCatalogue} from '../../models/model-catalogue.ts'
import type {Backend} from '../../responses/backend.ts'
import type {Exchange} from '../exchange/exchange.ts'

/** Stays the same through a session of Claude Code, whatever the conversation becomes. */
const SESSION_HEADER = 'x-claude-code-session-id'

/** After an error inside a stream it asks for the whole answer once more; after a break, for the same stream. */
const CLAUDE_CODE = /^claude-cli\//

/** A request, and its body. */
export interface MessagesCall {
  readonly kind: 'count-tokens' | 'messages'
  readonly body: Buffer
  readonly exchange: Pick<Exchange, 'head' | 'signal'>
}

/** Answers one. Rejects with the signal's reason when it is aborted. */
export type AskMessages = (call: MessagesCall, backend: Backend) => Promise<Response>

/** Creates what answers them. What it learns of counts, it knows as long as it lives. */
export function createMessagesAsker(): AskMessages {
  const counts = new TokenCounts({
    loadTokenizer: async () =>
      (await import('../../dialects/messages/tokens/tokenizer.ts')).countTextTokens,
    pause: () => setImmediate(),
  })
  return ({body, exchange, kind}, backend) => {
    const {headers} = exchange.head
    const session = headers[SESSION_HEADER]
    const sessionId = typeof session === 'string' ? session : undefined
    const readBody = async () => {
      const json = parseJson(body.toString())
      if (isJsonObject(json)) return json
      throw new RequestInvalidError('The body of the request must be a JSON object')
    }
    if (kind === 'count-tokens') {
      const catalogue = backend.catalogue?.() ?? createStaticCatalogue()
      return counts.answer({catalogue, readBody, sessionId})
    }
    const caller = {
      readBody,
      sessionId,
      signal: exchange.signal,
      isRepeating: CLAUDE_CODE.test(headers['user-agent'] ?? ''),
    }
    if (sessionId === undefined) return answerMessages(caller, backend)
    return answerMessages(
      {
        ...caller,
        // What a count could not be corrected by is no fault of an answer.
        onUsage: (request, response) =>
          void counts.learn(sessionId, request, response).catch(() => undefined),
      },
      backend,
    )
  }
}
