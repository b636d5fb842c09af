/**
 * `/wham/usage` of the official client, with the numbers of all accounts together.
 *
 * @module
 */
import type {RequestHead} from '../exchange/exchange.ts'
import {toUsageBody} from '../limits/limit-formats.ts'
import type {PoolLimits} from '../limits/pool-limits.ts'

/** Answers in the backend's form. */
export async function answerPoolUsage(
  head: Pick<RequestHead, 'headers'>,
  limits: PoolLimits,
): Promise<Response> {
  const readLimits = await limits.open(head)
  return Response.json(toUsageBody(readLimits().state))
}
