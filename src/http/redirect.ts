/**
 * Answers that name another address. None is followed: what we send is meant for one server alone.
 *
 * @module
 */
import type {ReceivedAnswer} from './send.ts'

/** Whether an answer sends on to another address. One that a browser's `fetch` has seen has no status. */
export function isRedirect({status, type}: Pick<ReceivedAnswer, 'status' | 'type'>): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400 && status !== 304)
}

/** The origin that it names; `undefined` when it does not say, or there is none. */
export function redirectOrigin(
  {headers}: Pick<ReceivedAnswer, 'headers'>,
  askedUrl: string,
): string | undefined {
  const location = headers.get('location')
  return location !== null && URL.canParse(location, askedUrl)
    ? new URL(location, askedUrl).origin
    : undefined
}
