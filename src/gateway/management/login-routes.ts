/**
 * Logging in and out from the dashboard.
 *
 * @module
 */
import type {Hono} from 'hono'
import * as z from 'zod/mini'
import type {LoginDesk} from '../logins/login-desk.ts'
import {readWish, WishRefusedError} from './read-wish.ts'

/** What the routes ask. */
export interface LoginRoutesOptions {
  readonly logins: LoginDesk
}

const WISH = z.object({
  way: z.enum(['app', 'browser', 'code']),
  /** The id of the account that is to be logged in again. */
  again: z.optional(z.string()),
})

const PASTE = z.object({text: z.string()})

/**
 * Adds the routes; how far the login is comes with the state.
 *
 * - `POST …/login`: starts one, `{"way": "code"}`, `{"way": "browser"}` or `{"way": "app"}`, with
 *   `"again"` and the id of an account to renew that;
 * - `POST …/login/paste`: takes the address that the browser has ended on, `{"text": "…"}`;
 * - `POST …/login/dismiss`: ends it, or forgets how it has ended;
 * - `POST …/accounts/{id}/logout`: ends the login of an account.
 */
export function addLoginRoutes(app: Hono, {logins}: LoginRoutesOptions): void {
  app.post('/login', async (context) => {
    const {again, way} = await readWish(context, WISH, 'way to log in')
    logins.start(way, again)
    return context.json({ok: true})
  })
  app.post('/login/paste', async (context) => {
    const {text} = await readWish(context, PASTE, 'address')
    const problem = logins.paste(text)
    if (problem !== undefined) throw new WishRefusedError(problem, 400)
    return context.json({ok: true})
  })
  app.post('/login/dismiss', (context) => {
    logins.dismiss()
    return context.json({ok: true})
  })
  app.post('/accounts/:id/logout', async (context) => {
    const wasThere = await logins.logOut(context.req.param('id'))
    if (!wasThere) throw new WishRefusedError('This account is gone.', 404)
    return context.json({ok: true})
  })
}
