/**
 * Why the backend did not answer, as an error that a user can act on.
 *
 * @module
 */
import {
  BackendResponseError,
  EventInvalidError,
  UsageLimitReachedError,
  type BackendRefusal,
  type CodexError,
} from '../../errors.ts'
import {readLimitHeaders} from '../../accounts/usage/reading/parse-usage-headers.ts'
import type {LimitName} from '../../accounts/usage/reading/read-usage-window.ts'
import {toRefusalKind} from '../../accounts/refusal-kind.ts'
import {CODEX_LIMIT} from '../../accounts/usage/usage.ts'
import type {JsonObject} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import {readBeginning} from '../../http/read-beginning.ts'
import type {ReceivedAnswer} from '../../http/send.ts'
import {areCreditsDepleted, explainRefusal, explainUsageLimit} from './explain-refusal.ts'
import {isPage, parseFailure, parseRefusal} from './read-refusal.ts'

/** What an error needs to know about the request it is the answer to. */
export interface RefusedRequest {
  /** How the user knows the account that asked. */
  readonly label: string
  /** The model, as the backend calls it. */
  readonly model: string
  /** Says why the account cannot use the model, if that is what `refusal` means. */
  readonly explainModel?: (model: string, refusal: BackendRefusal) => string | undefined
  /** The limit that it counted against, where the headers of the answer say so. */
  readonly activeLimit?: LimitName
  /** When that limit is free again, where the headers of the answer say that it is used up. */
  readonly fullUntilMs?: number | undefined
  /** When the answer came (milliseconds since the Unix epoch). */
  readonly nowMs: number
  /** Told of the refusal before it becomes an error: it may be about limits. */
  readonly onRefusal?: (refusal: BackendRefusal) => void
}

/** A refused request whose answer is not read yet. */
export interface UnreadRequest extends RefusedRequest {
  /** How long reading may take, in milliseconds. Default: five seconds. */
  readonly limitMs?: number | undefined
}

/** The highest status that an answer of ours can have. */
const MAX_STATUS = 599

/** Reads an answer that is not a success, once. Its connection is free after that, or closed. */
export async function readBackendError(
  {body, headers, status}: Pick<ReceivedAnswer, 'body' | 'headers' | 'status'>,
  request: UnreadRequest,
): Promise<CodexError> {
  const text = await readBeginning({body}, request.limitMs)
  const told = {headers, status: Math.min(status, MAX_STATUS)}
  const refusal = parseRefusal(text, told, request.nowMs)
  const {activeLimit = readLimitHeaders(headers, request.nowMs).activeLimit} = request
  return toError(refusal, {...request, activeLimit, isPage: isPage(text)})
}

/** Converts an `error` or `response.failed` event. */
export function toEventError(event: JsonObject, request: RefusedRequest): CodexError {
  return toError(parseFailure(event, request.nowMs), {...request, isPage: false})
}

/** The answer ended, and nothing said that it was complete. */
export function createEndedEarlyError(): EventInvalidError {
  return new EventInvalidError(
    'The answer ended before it was complete: the connection to ChatGPT was cut. Ask again.',
  )
}

/** The events that say why there will be no answer. */
export const FAILURES: ReadonlySet<string> = new Set(['error', 'response.failed'])

/** Whether events of this type say why there will be no answer. */
export function isFailure(type: string): boolean {
  return FAILURES.has(type)
}

interface ToErrorOptions extends RefusedRequest {
  readonly isPage: boolean
}

function toError(
  refusal: BackendRefusal,
  {
    activeLimit,
    explainModel,
    fullUntilMs,
    label,
    model,
    onRefusal,
    isPage: hasPage,
  }: ToErrorOptions,
): CodexError {
  onRefusal?.(refusal)
  // It was a 404 for some weeks, and can come as an event: the status says nothing.
  if (toRefusalKind(refusal) === 'usage_limit') {
    const {resetsAtMs = fullUntilMs} = refusal
    const modelLimit = activeLimit?.limit === CODEX_LIMIT ? undefined : activeLimit?.limit
    const known = withoutUndefined({...refusal, resetsAtMs})
    const {message, ...advice} = explainUsageLimit(known, {label, modelLimit})
    return new UsageLimitReachedError(message, {
      ...advice,
      resetsAtMs,
      areCreditsDepleted: areCreditsDepleted(refusal),
      limit: modelLimit,
    })
  }
  const ofModel = explainModel?.(model, refusal)
  const {message, ...advice} =
    ofModel === undefined ? explainRefusal(refusal, {label, isPage: hasPage}) : {message: ofModel}
  return new BackendResponseError(message, {...advice, refusal})
}
