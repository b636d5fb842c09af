/**
 * Telling what an answer says about the limits of an account, wherever in the answer it stands.
 *
 * @module
 */
import type {Account} from '../accounts/account.ts'
import {parseUsageEvent} from '../accounts/usage/reading/parse-usage-event.ts'
import {toUsageReading} from '../accounts/usage/reading/parse-usage-refusal.ts'
import type {LimitName} from '../accounts/usage/reading/read-usage-window.ts'
import type {UsageReading} from '../accounts/usage/usage.ts'
import type {JsonObject} from '../base/json-object.ts'
import type {BackendRefusal} from '../errors.ts'
import type {Backend} from './backend.ts'

/** Which request it is the answer to. */
export interface AskedRequest {
  readonly account: Pick<Account, 'id'>
  /** When it was sent (milliseconds since the Unix epoch). */
  readonly askedAtMs: number
  /** The limit that it counts against, where that is known already. */
  readonly activeLimit?: LimitName
}

type UsageListener = Pick<Backend, 'now' | 'onUsage'>

/** Tells what the headers say, if they say something. */
export function reportReading(
  reading: UsageReading | undefined,
  {account, askedAtMs}: AskedRequest,
  {onUsage}: UsageListener,
): void {
  if (reading) onUsage?.(account.id, {...reading, askedAtMs})
}

/** Tells what a refusal says, if it is about limits. */
export function reportRefusal(
  refusal: BackendRefusal,
  asked: AskedRequest,
  backend: UsageListener,
): void {
  reportReading(toUsageReading(refusal, {takenAtMs: backend.now(), ...asked}), asked, backend)
}

/** Tells what a `codex.rate_limits` event says. */
export function reportEvent(event: JsonObject, asked: AskedRequest, backend: UsageListener): void {
  reportReading(parseUsageEvent(event, backend.now()), asked, backend)
}
