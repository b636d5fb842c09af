/**
 * From a caller's request to an answer that has begun.
 *
 * @module
 */
import {createAccountAsker} from './ask-as-account.ts'
import type {BegunAnswer} from './ask-once.ts'
import type {Backend} from './backend.ts'
import type {CallerRequest} from './read-caller-request.ts'
import {createRequestSource} from './request-source.ts'

/**
 * Asks as the first account that can, and again where that may help, as long as the caller has read nothing:
 * until the first word of a stream, and until the end of an answer that is one object.
 *
 * @throws {CodexError} There will be no answer.
 * @throws The signal's reason, when it is aborted.
 */
export async function askBackend(
  caller: Pick<CallerRequest, 'readBody' | 'signal'>,
  backend: Backend,
): Promise<BegunAnswer> {
  const source = await createRequestSource(caller, backend)
  const {continuesTurn, conversationId, needsCodexTo} = source
  if (!continuesTurn) backend.turnStates?.begin(conversationId)
  const ask = createAccountAsker({source, signal: caller.signal}, backend)
  return await backend.pool.run(conversationId, ask, {...backend.scope, needsCodexTo})
}
