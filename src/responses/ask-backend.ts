/**
 * From a caller's request to an answer that has begun.
 *
 * @module
 */
import type {Account} from '../accounts/account.ts'
import {toAccountLabel} from '../accounts/account.ts'
import {BackendResponseError} from '../errors.ts'
import {toJsonObject, toList, type JsonObject} from '../base/json-object.ts'
import type {Backend} from './backend.ts'
import {collectResponse} from './answer/collect-response.ts'
import type {Answer} from './answer/answer.ts'
import {openAnswer} from './answer/open-answer.ts'
import {prepareRequest, type PreparedRequest} from './request/prepare-request.ts'
import type {CallerRequest} from './read-caller-request.ts'
import {reportEvent} from './report-usage.ts'
import {withAccessToken} from './transport/fetch-as-account.ts'
import {restoreToolNames} from './restore-tool-names.ts'
import {withRetries} from './retry.ts'
import {sendRequest} from './transport/send-request.ts'
import {readTurnState} from './turn-states.ts'

/** An answer that has begun. */
export interface BegunAnswer {
  readonly answer: Answer
  /** Headers that OpenAI's support asks for. */
  readonly trace: Readonly<Record<string, string>>
  /** The whole response, for a caller who wants one object: the answer has been read to its end. */
  readonly response?: JsonObject
}

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
  const request = await prepare(caller, backend, {withoutEncryptedReasoning: false})
  const {conversationId} = request
  if (!request.continuesTurn) backend.turnStates?.begin(conversationId)
  const prepareNeutral = () => prepare(caller, backend, {withoutEncryptedReasoning: true})
  return backend.pool.run(conversationId, async ({account, hasForeignReasoning}) => {
    const first = hasForeignReasoning ? await prepareNeutral() : request
    try {
      return await ask(first, caller.signal, {backend, account})
    } catch (error) {
      if (first !== request || !isForeignReasoning(error)) throw error
      return ask(await prepareNeutral(), caller.signal, {backend, account})
    }
  })
}

async function prepare(
  {readBody}: Pick<CallerRequest, 'readBody'>,
  {catalogue, items, log, preferences, salt}: Backend,
  {withoutEncryptedReasoning}: {readonly withoutEncryptedReasoning: boolean},
): Promise<PreparedRequest> {
  const request = prepareRequest(await readBody(), {
    items,
    preferences: preferences(),
    catalogue: catalogue?.(),
    salt: await salt?.(),
    withoutEncryptedReasoning,
  })
  const {changes} = request
  if (changes.length > 0) log.debug('Request was changed', {changes})
  const lost = changes.filter(({action}) => action === 'lost')
  if (lost.length > 0) log.warn('Parts of the conversation are gone', {changes: lost})
  return request
}

async function ask(
  request: PreparedRequest,
  signal: AbortSignal | undefined,
  {account, backend}: {readonly account: Account; readonly backend: Backend},
): Promise<BegunAnswer> {
  const {checkIntervalMs, explainModel, idleLimitMs, items, now, turnStates} = backend
  const refused = {
    label: toAccountLabel(account),
    model: request.model,
    ...(explainModel && {explainModel}),
  }
  const turn = {conversationId: request.conversationId, accountId: account.id}
  const attempt = async (token: string) => {
    const askedAtMs = now()
    const turnState = turnStates?.get(turn)
    const sent = await sendRequest(request, backend, {account, token, signal, refused, turnState})
    const {body, limits, trace} = sent
    turnStates?.learn(turn, sent.turnState)
    if (Object.keys(trace).length > 0) backend.log.debug('The backend answers', trace)
    const asked = {account, askedAtMs, activeLimit: limits.activeLimit}
    const output: JsonObject[] = []
    const {remember} = request
    const answer = await openAnswer(restoreToolNames(body, request.renamedTools), {
      request: {...refused, ...limits},
      onItem(event, characters) {
        const item = toJsonObject(event['item'])
        items.remember(item, characters)
        if (remember) output.push(item)
      },
      onMetadata: (event) => turnStates?.learn(turn, readTurnState(event)),
      onLimits: (event) => reportEvent(event, asked, backend),
      onResult({id, output: whole}) {
        remember?.(id, output.length > 0 ? output : toList(whole).map(toJsonObject))
      },
      now,
      signal,
      checkIntervalMs,
      idleLimitMs,
    })
    const response = request.stream ? undefined : await collectResponse(answer, {now})
    return {answer, trace, ...(response && {response})}
  }
  const authorized = () => withAccessToken(attempt, {account, signal}, backend)
  return withRetries(authorized, {...backend, signal})
}

/** Encrypted reasoning can be read only in the organisation of the account that it was made for. */
function isForeignReasoning(error: unknown): boolean {
  return error instanceof BackendResponseError && error.refusal.code === 'invalid_encrypted_content'
}
