/**
 * `/health`: whether the gateway runs, and whether anybody can answer.
 *
 * @module
 */
import {findBlock} from '../../accounts/choice/describe-account.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {listKnownAccounts} from '../../engine/known-accounts.ts'

/** What the answer is made from. */
export interface HealthOptions {
  readonly engine: Pick<Engine, 'backend' | 'memory' | 'store'>
  /** Of the package. */
  readonly version: string
}

/**
 * Answers 200 as long as the gateway runs, so that nobody restarts it in vain. `status` is `ok` while an account can
 * answer, else `exhausted` with the time when the first is back, or `no_accounts`.
 */
export async function answerHealth({engine, version}: HealthOptions): Promise<Response> {
  const nowMs = engine.backend.now()
  const known = await listKnownAccounts(engine)
  const blocks = known.map((one) => findBlock(one, nowMs))
  const ready = blocks.filter((block) => block === undefined).length
  const untils = blocks.flatMap((block) =>
    block?.kind === 'rests' || block?.kind === 'above-ceiling' ? block.untilMs : [],
  )
  const status = ready > 0 ? 'ok' : known.length === 0 ? 'no_accounts' : 'exhausted'
  return Response.json({
    status,
    version,
    accounts: {all: known.length, ready},
    ...(ready === 0 &&
      untils.length > 0 && {available_at: new Date(Math.min(...untils)).toISOString()}),
  })
}
