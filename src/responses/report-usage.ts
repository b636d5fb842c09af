/**
 * Telling what an answer says about the limits of an account, wherever in the answer it stands.
 *
 * @module
 */
import type {Account} from '../accounts/account.ts'
import {parseUsageEvent, USAGE_EVENT} from '../accounts/usage/reading/parse-usage-event.ts'
import {parseActiveLimit, parseUsageHeaders} from '../accounts/usage/reading/parse-usage-headers.ts'
import {toUsageReading} from '../accounts/usage/reading/parse-usage-refusal.ts'
import type {LimitName} from '../accounts/usage/reading/read-usage-window.ts'
import type {UsageReading} from '../accounts/usage/usage.ts'
import type {JsonObject} from '../base/json-object.ts'
import type {Backend} from './backend.ts'
import {parseFailure, parseRefusal} from './refusal/read-refusal.ts'

/** Which request it is the answer to. */
export interface AskedRequest {
  readonly account: Pick<Account, 'id'>
  /** When it was sent (milliseconds since the Unix epoch). */
  readonly askedAtMs: number
  /** The limit that it counts against, where that is known already. */
  readonly activeLimit?: LimitName
}

type UsageListener = Pick<Backend, 'now' | 'onUsage'>

/** Tells what the headers say, and the body of a refusal, which is there and stays readable. */
export async function reportAnswer(
  response: Response,
  asked: AskedRequest,
  backend: UsageListener,
): Promise<void> {
  const {now, onUsage} = backend
  if (!onUsage) return
  const {headers} = response
  report(parseUsageHeaders(headers, now()), asked, backend)
  if (response.ok) return
  const takenAtMs = now()
  const refusal = parseRefusal(await response.clone().text(), response, takenAtMs)
  const activeLimit = parseActiveLimit(headers)
  report(toUsageReading(refusal, {takenAtMs, activeLimit}), asked, backend)
}

/** Tells what an event says, if it is about limits. */
export function reportEvent(event: JsonObject, asked: AskedRequest, backend: UsageListener): void {
  const takenAtMs = backend.now()
  const reading =
    event['type'] === USAGE_EVENT
      ? parseUsageEvent(event, takenAtMs)
      : toUsageReading(parseFailure(event, takenAtMs), {takenAtMs, ...asked})
  report(reading, asked, backend)
}

function report(
  reading: UsageReading | undefined,
  {account, askedAtMs}: AskedRequest,
  {onUsage}: UsageListener,
): void {
  if (reading) onUsage?.(account.id, {...reading, askedAtMs})
}
