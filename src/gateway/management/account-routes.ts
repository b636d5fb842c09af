/**
 * What the user wants of an account.
 *
 * @module
 */
import type {Hono} from 'hono'
import * as z from 'zod/mini'
import type {Engine} from '../../engine/create-engine.ts'
import {withGoOn, withoutReserves, withReserve} from '../rules/change-reserves.ts'
import type {Rules} from '../rules/rules.ts'
import type {LiveRules, RulesFile} from '../rules/rules-file.ts'
import type {PageFeed} from './page-feed.ts'
import type {AccountWish} from './page-state.ts'
import {readWish, WishRefusedError} from './read-wish.ts'

/** What the routes change. */
export interface AccountRoutesOptions {
  readonly engine: Pick<Engine, 'backend' | 'memory' | 'store'>
  readonly feed: Pick<PageFeed, 'changed'>
  readonly rules: Pick<LiveRules, 'reload'> & {readonly file: Pick<RulesFile, 'change'>}
}

const HOUR_MS = 3_600_000

/** The longest that reserves can be set aside for, in hours. */
const MAX_GO_ON_HOURS = 168

const percent = z.number().check(z.gte(0), z.lte(100))

const WISH = z.object({
  isPaused: z.optional(z.boolean()),
  isPreferred: z.optional(z.boolean()),
  priority: z.optional(z.int().check(z.gte(-1000), z.lte(1000))),
  ceiling: z.optional(
    z.object({
      limit: z.string(),
      windowSeconds: z.number().check(z.positive()),
      maxUsedPercent: z.nullable(percent),
    }),
  ),
  reserve: z.optional(
    z.object({
      windowSeconds: z.int().check(z.positive()),
      keepPercent: percent,
      isPaced: z.boolean(),
      from: z.enum(['background', 'everybody']),
    }),
  ),
  goOnHours: z.optional(z.number().check(z.gte(0), z.lte(MAX_GO_ON_HOURS))),
})

/** Adds `POST …/accounts/{id}`, which takes an {@link AccountWish}. */
export function addAccountRoutes(app: Hono, {engine, feed, rules}: AccountRoutesOptions): void {
  const {backend, memory, store} = engine
  app.post('/accounts/:id', async (context) => {
    const wish: AccountWish = await readWish(context, WISH, 'change of an account')
    const id = context.req.param('id')
    if (!(await store.get(id))) throw new WishRefusedError('This account is gone.', 404)
    await memory.load()
    applyWish(id, wish, memory)
    await memory.flush()
    if (wish.reserve || wish.goOnHours !== undefined) {
      await rules.file.change((before) => applyToRules(before, {id, wish, nowMs: backend.now()}))
      await rules.reload()
    }
    feed.changed()
    return context.json({ok: true})
  })
}

function applyWish(
  id: string,
  {ceiling, isPaused, isPreferred, priority}: AccountWish,
  {preferences}: Engine['memory'],
): void {
  if (isPaused !== undefined || priority !== undefined) {
    preferences.change(id, {
      ...(isPaused !== undefined && {isPaused}),
      ...(priority !== undefined && {priority}),
    })
  }
  if (ceiling) preferences.setCeiling(id, ceiling, ceiling.maxUsedPercent ?? undefined)
  if (isPreferred === true) preferences.prefer(id)
  if (isPreferred === false && preferences.preferredId() === id) preferences.prefer(undefined)
}

interface RulesWish {
  readonly id: string
  readonly wish: Pick<AccountWish, 'goOnHours' | 'reserve'>
  readonly nowMs: number
}

function applyToRules(before: Rules, {id: accountId, nowMs, wish}: RulesWish): Rules {
  const {goOnHours, reserve} = wish
  let rules = before
  if (reserve) {
    const isKept = reserve.keepPercent > 0 || reserve.isPaced
    rules = isKept
      ? withReserve(rules, {accountId, ...reserve})
      : {...rules, reserves: withoutReserves(rules, accountId, reserve.windowSeconds)}
  }
  if (goOnHours === undefined) return rules
  const untilMs = Math.round(nowMs + goOnHours * HOUR_MS)
  return withGoOn(rules, {accountId, untilMs}, nowMs)
}
