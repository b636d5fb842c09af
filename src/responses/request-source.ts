/**
 * A caller's request as the backend takes it, for as many attempts as it needs.
 *
 * @module
 */
import type {Backend} from './backend.ts'
import type {CallerRequest} from './read-caller-request.ts'
import {prepareRequest, type PreparedRequest} from './request/prepare-request.ts'

/** A request that is ready to be sent once. */
export interface SendableRequest extends Omit<PreparedRequest, 'body'> {
  /** Gives the JSON, and lets go of it. */
  readonly takeBody: () => Uint8Array
}

/** Gives the request to each attempt. */
export interface RequestSource extends Pick<PreparedRequest, 'continuesTurn' | 'conversationId'> {
  /**
   * The request of the next attempt. Behind the first attempt it is prepared anew: most requests are sent once, and a
   * conversation of some MB is not held a second time while the model thinks.
   *
   * @param isNeutral Whether to leave out reasoning that only another account can read. Default `false`.
   */
  take(isNeutral?: boolean): Promise<SendableRequest>
}

/**
 * Prepares a request.
 *
 * @throws {RequestInvalidError} The backend could not answer it.
 */
export async function createRequestSource(
  caller: Pick<CallerRequest, 'readBody'>,
  backend: Backend,
): Promise<RequestSource> {
  let first: SendableRequest | undefined = await prepare(caller, backend, {isNeutral: false})
  backend.scope?.onPrepared?.(first)
  const {continuesTurn, conversationId} = first
  return {
    continuesTurn,
    conversationId,
    async take(isNeutral = false) {
      const ready = isNeutral ? undefined : first
      first = undefined
      return ready ?? prepare(caller, backend, {isNeutral})
    },
  }
}

async function prepare(
  {readBody}: Pick<CallerRequest, 'readBody'>,
  {catalogue, items, log, preferences, salt}: Backend,
  {isNeutral}: {readonly isNeutral: boolean},
): Promise<SendableRequest> {
  const {body, ...request} = prepareRequest(await readBody(), {
    items,
    preferences: preferences(),
    catalogue: catalogue?.(),
    salt: await salt?.(),
    withoutEncryptedReasoning: isNeutral,
  })
  const {changes} = request
  if (changes.length > 0) log.debug('Request was changed', {changes})
  const lost = changes.filter(({action}) => action === 'lost')
  if (lost.length > 0) log.warn('Parts of the conversation are gone', {changes: lost})
  return {...request, takeBody: takeOnce(body)}
}

function takeOnce(text: string): () => Uint8Array {
  let held = text
  return () => {
    const bytes = Buffer.from(held)
    held = ''
    return bytes
  }
}
