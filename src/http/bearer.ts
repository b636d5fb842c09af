/**
 * Secrets that requests show.
 *
 * @module
 */
import {timingSafeEqual} from 'node:crypto'

/** Whether two texts are the same, in a time that does not depend on how much of them is. */
export function isSameSecret(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** What stands behind `Bearer` in the header `Authorization`; `undefined` when there is no such header. */
export function readBearer(authorization: string | null | undefined): string | undefined {
  return /^Bearer[ ]+(\S+)[ ]*$/i.exec(authorization ?? '')?.[1]
}
