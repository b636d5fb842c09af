/**
 * The client keys, for the dashboard.
 *
 * @module
 */
import type {Hono} from 'hono'
import * as z from 'zod/mini'
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {isKeyName, KEY_NAME_RULE, KEY_SCOPES} from '../keys/client-key.ts'
import type {KeyFile} from '../keys/key-file.ts'
import {describeKey} from './describe-keys.ts'
import type {PageFeed} from './page-feed.ts'
import type {PageKeyWish} from './page-state.ts'
import {readWish, WishRefusedError} from './read-wish.ts'

/** What the routes change. */
export interface KeyRoutesOptions {
  readonly engine: Pick<Engine, 'backend'>
  readonly feed: Pick<PageFeed, 'changed'>
  readonly keys: {readonly file: Pick<KeyFile, 'add' | 'list' | 'remove'>}
}

const DAY_MS = 86_400_000

/** Ten years: whoever wants more wants a key that does not expire. */
const MAX_DAYS = 3650

const WISH = z.object({
  name: z.string(),
  class: z.enum(['interactive', 'background']),
  scopes: z.array(z.enum(KEY_SCOPES)).check(z.minLength(1)),
  models: z.optional(z.array(z.string().check(z.minLength(1)))),
  expiresInDays: z.optional(z.int().check(z.gte(1), z.lte(MAX_DAYS))),
})

/**
 * Adds the routes; the keys that there are come with the state.
 *
 * - `POST …/keys`: makes one, see {@link PageKeyWish}; only this answer has the key;
 * - `POST …/keys/{id}/revoke`: ends one.
 */
export function addKeyRoutes(app: Hono, {engine, feed, keys: {file}}: KeyRoutesOptions): void {
  app.post('/keys', async (context) => {
    const wish: PageKeyWish = await readWish(context, WISH, 'client key')
    const {expiresInDays, models, name, scopes} = wish
    if (!isKeyName(name)) throw new WishRefusedError(KEY_NAME_RULE, 400)
    if ((await file.list()).some((other) => other.name === name)) {
      const sentence = `There is already a client key called ${name}. Revoke it, or choose another name.`
      throw new WishRefusedError(sentence, 409)
    }
    const expiresAtMs =
      expiresInDays === undefined ? undefined : engine.backend.now() + expiresInDays * DAY_MS
    const {key, record} = await file.add(
      withoutUndefined({name, class: wish.class, scopes, models, expiresAtMs}),
    )
    feed.changed()
    return context.json({key, ...describeKey(record)})
  })
  app.post('/keys/:id/revoke', async (context) => {
    const [removed] = await file.remove([context.req.param('id')])
    if (!removed) throw new WishRefusedError('There is no such client key (any more).', 404)
    feed.changed()
    return context.json({ok: true})
  })
}
