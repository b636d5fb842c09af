/**
 * What a gateway knows before it is asked: its accounts, how their user calls them, models and usage.
 *
 * @module
 */
import path from 'node:path'
import type {Log} from '../../../base/log.ts'
import type {Engine} from '../../../engine/create-engine.ts'
import {toErrorName} from '../../../errors.ts'

/** Does what the first request would wait for. Never rejects. */
export async function warmUp(engine: Engine, log: Log): Promise<void> {
  try {
    await engine.openBackend()
    await engine.reload()
  } catch (error) {
    log.warn('Models and usage could not be loaded', {name: toErrorName(error)})
  }
}

/** Waits for the accounts; the folder of an account is what its user calls it. */
export async function createNames({shared, store}: Engine): Promise<(accountId: string) => string> {
  const names = new Map<string, string>()
  const learn = async () => {
    for (const {home, id} of await store.list()) if (home) names.set(id, path.basename(home))
  }
  // On a machine that is busy, the first look takes its time, and a request would find nobody.
  await shared.update()
  await learn()
  store.watch(learn)
  return (accountId) => names.get(accountId) ?? accountId.slice(0, 8)
}
