/**
 * `/wham/usage` of the official client, with the numbers of all accounts together.
 *
 * @module
 */
import type {Engine} from '../../engine/create-engine.ts'
import type {RequestHead} from '../exchange/exchange.ts'
import {toUsageBody} from '../limits/limit-formats.ts'
import {openPoolLimits} from '../limits/pool-limits.ts'

/** Answers in the backend's form. */
export async function answerPoolUsage(
  head: Pick<RequestHead, 'headers'>,
  engine: Pick<Engine, 'backend' | 'memory' | 'store'>,
): Promise<Response> {
  const readLimits = await openPoolLimits(head, engine)
  return Response.json(toUsageBody(readLimits()))
}
