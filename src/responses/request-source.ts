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

/** What the request of an attempt has to be like. */
export interface RequestForm {
  /** The account that is asked. Reasoning that was made for another one is left out. Default: any. */
  readonly accountId?: string
  /** Whether to leave out reasoning that nobody knows the account of, as well. Default `false`. */
  readonly isNeutral?: boolean
  /** Whether an app asks, and not Codex. Default `false`. */
  readonly isForApp?: boolean
}

/** Gives the request to each attempt. */
export interface RequestSource extends Pick<
  PreparedRequest,
  'continuesTurn' | 'conversationId' | 'needsCodexTo'
> {
  /**
   * The request of the next attempt. Behind the first attempt it is prepared anew: most requests are sent once, and a
   * conversation of some MB is not held a second time while the model thinks.
   *
   * @param form What it has to be like. Default: the first one's.
   */
  take(form?: RequestForm): Promise<SendableRequest>
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
  let first: SendableRequest | undefined = await prepare(caller, backend)
  backend.scope?.onPrepared?.(first)
  const {continuesTurn, conversationId, needsCodexTo} = first
  return {
    continuesTurn,
    conversationId,
    needsCodexTo,
    async take(form = {}) {
      const isReady = !form.isForApp && [...(first?.owners ?? [])].every(toReader(form))
      const ready = isReady ? first : undefined
      first = undefined
      return ready ?? prepare(caller, backend, form)
    },
  }
}

async function prepare(
  {readBody}: Pick<CallerRequest, 'readBody'>,
  {catalogue, items, log, preferences, salt}: Backend,
  form: RequestForm = {},
): Promise<SendableRequest> {
  const {body, ...request} = prepareRequest(await readBody(), {
    items,
    preferences: preferences(),
    catalogue: catalogue?.(),
    salt: await salt?.(),
    canRead: toReader(form),
    isForApp: form.isForApp === true,
  })
  const {changes} = request
  if (changes.length > 0) log.debug('Request was changed', {changes})
  const lost = changes.filter(({action}) => action === 'lost')
  if (lost.length > 0) log.warn('Parts of the conversation are gone', {changes: lost})
  return {...request, takeBody: takeOnce(body)}
}

/** Whether reasoning goes along, by the account that it was made for. */
export function toReader({
  accountId,
  isNeutral,
}: RequestForm): (owner: string | undefined) => boolean {
  return (owner) =>
    owner === undefined ? isNeutral !== true : accountId === undefined || owner === accountId
}

function takeOnce(text: string): () => Uint8Array {
  let held = text
  return () => {
    const bytes = Buffer.from(held)
    held = ''
    return bytes
  }
}
