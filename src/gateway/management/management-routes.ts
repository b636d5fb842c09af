/**
 * What the dashboard asks of the gateway, and what it changes. Only the operator may.
 *
 * @module
 */
import {Hono, type Context} from 'hono'
import {bodyLimit} from 'hono/body-limit'
import {StorageError, toErrorName} from '../../errors.ts'
import type {Log} from '../../base/log.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {READING} from '../answers/find-endpoint.ts'
import {answerOtherMethod} from '../answers/refuse.ts'
import type {GatewayRoute} from '../exchange/gateway-route.ts'
import type {History} from '../history/history.ts'
import {addAccountRoutes, type AccountRoutesOptions} from './account-routes.ts'
import {describeHistory} from './describe-history.ts'
import {answerWithEvents} from './event-stream.ts'
import {addKeyRoutes, type KeyRoutesOptions} from './key-routes.ts'
import {addLoginRoutes, type LoginRoutesOptions} from './login-routes.ts'
import type {PageFeed} from './page-feed.ts'
import {WishRefusedError} from './read-wish.ts'

/** What the routes read and change. */
export interface ManagementOptions
  extends AccountRoutesOptions, KeyRoutesOptions, LoginRoutesOptions {
  readonly engine: Pick<Engine, 'backend' | 'memory' | 'store' | 'usage'>
  readonly feed: PageFeed
  readonly history: Pick<History, 'ready' | 'recent' | 'rows' | 'samples'>
  readonly log: Log
}

/** Where all of it is. */
const PREFIX = '/gateway/page'

/** The most that a change takes, in bytes. */
const MAX_BODY_BYTES = 64 * 1024

const DAY_MS = 86_400_000

/** As long as sums are kept. */
const MAX_DAYS = 62

/**
 * Creates the routes, below `/gateway/page`:
 *
 * - `GET …/state`: everything that is shown now;
 * - `GET …/events`: the same with each change, as server-sent events;
 * - `GET …/requests`: the last ones that have ended, newest first;
 * - `GET …/history?days=7`: what was used over the last days;
 * - `POST …/reload`: asks the backend for the usage of every account;
 * - those of accounts, logins and keys.
 */
export function createManagementRoutes(options: ManagementOptions): readonly GatewayRoute[] {
  const app = createApp(options)
  return [
    {
      access: 'operator',
      matches: ({path}) => path.startsWith(`${PREFIX}/`),
      answer: async ({toRequest}) => app.fetch(toRequest()),
    },
  ]
}

function createApp(options: ManagementOptions) {
  const {engine, feed, history, log} = options
  const app = new Hono().basePath(PREFIX)
  app.use(
    bodyLimit({maxSize: MAX_BODY_BYTES, onError: (context) => fail(context, 413, 'Too much.')}),
  )
  app.get('/state', async (context) => context.json(await feed.read()))
  app.get('/events', (context) =>
    answerWithEvents({signal: context.req.raw.signal, follow: (tell) => feed.follow(tell)}),
  )
  app.get('/requests', async (context) => {
    await history.ready
    return context.json({requests: history.recent().toReversed()})
  })
  app.get('/history', async (context) => {
    const days = Number(context.req.query('days') ?? 7)
    if (!Number.isInteger(days) || days < 1 || days > MAX_DAYS) {
      return fail(context, 400, `Days are a whole number from 1 to ${MAX_DAYS}.`)
    }
    await history.ready
    return context.json(describeHistory(history, engine.backend.now() - days * DAY_MS))
  })
  app.post('/reload', async (context) => {
    await engine.usage.reload.all()
    return context.json({ok: true})
  })
  addAccountRoutes(app, options)
  addLoginRoutes(app, options)
  addKeyRoutes(app, options)
  app.notFound((context) => {
    const {method, path} = context.req
    const allow = findMethods(app, path)
    if (allow.length > 0) return answerOtherMethod({method, path}, allow)
    return fail(context, 404, 'The gateway has no such address.')
  })
  app.onError((error, context) => {
    if (error instanceof WishRefusedError) return fail(context, error.status, error.message)
    if (error instanceof StorageError) return fail(context, 500, error.message)
    log.error('The dashboard could not be answered', {name: toErrorName(error)})
    return fail(context, 500, 'That did not work. `cao gateway logs` says more.')
  })
  return app
}

/** The methods of the routes that fit a path. */
function findMethods({routes}: Hono, path: string): readonly string[] {
  const fitting = routes.filter(({method, path: pattern}) => {
    const expression = new RegExp(`^${pattern.replaceAll(/:[^/]+/g, '[^/]+')}$`)
    return method !== 'ALL' && expression.test(path)
  })
  return fitting.flatMap(({method}) => (method === 'GET' ? READING : [method]))
}

function fail(context: Context, status: 400 | 404 | 409 | 413 | 500, message: string): Response {
  return context.json({error: {message}}, status)
}
