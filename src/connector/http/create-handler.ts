/**
 * The connector as one function from requests to answers.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import {inBackground} from '../../base/in-background.ts'
import type {Log} from '../../base/log.ts'
import {toErrorName} from '../../errors.ts'
import type {FetchFunction} from '../../http/fetch.ts'
import type {RequestHandler} from '../../http/serve.ts'
import {ConnectorError, type ProblemCode} from '../connector-error.ts'
import type {
  AuditEntry,
  ConnectorAction,
  ConnectorHooks,
  ConnectorUser,
} from '../operations/connector-hooks.ts'
import type {Operations} from '../operations/create-operations.ts'
import {toProblem} from '../to-problem.ts'
import {readLanguage, type Language} from '../words/language.ts'
import {ACCOUNT_ROUTES} from './account-routes.ts'
import {answerCardPage, answerCardScript} from './card-page.ts'
import {findSource, type Source} from './check-origin.ts'
import {LOGIN_ROUTES} from './login-routes.ts'
import {readBody} from './read-body.ts'
import {matchRoutes, type Reply, type RouteMatch} from './route.ts'
import {toProblemAnswer, type AnswerBody} from './to-answer.ts'

/** How requests are answered. */
export interface HandlerOptions extends ConnectorHooks {
  readonly authenticate: NonNullable<ConnectorHooks['authenticate']>
  readonly operations: Operations
  readonly isAccountModeEnabled: () => Promise<boolean>
  /** What every path begins with, without a slash at its end. */
  readonly basePath: string
  /** Pages of other servers that may use this one. */
  readonly allowedOrigins: readonly string[]
  /** Where a request names no language that is known. */
  readonly language: Language
  readonly rateLimit: NonNullable<ConnectorHooks['rateLimit']>
  /** The code of the card. */
  readonly cardScript: () => Promise<string>
  readonly fetch: FetchFunction
  readonly now: Clock
  readonly delay: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  readonly log: Log
}

const ROUTES = [...LOGIN_ROUTES, ...ACCOUNT_ROUTES]

const STATUSES: Partial<Readonly<Record<ProblemCode, number>>> = {
  account_required: 409,
  api_key_refused: 400,
  api_key_unsupported: 400,
  bad_request: 400,
  body_not_json: 415,
  body_too_large: 413,
  busy: 409,
  feature_disabled: 404,
  forbidden: 403,
  internal: 500,
  key_required: 401,
  login_required: 409,
  method_not_allowed: 405,
  not_found: 404,
  origin_refused: 403,
  provider_unknown: 404,
  provider_unsupported: 400,
  storage_failed: 500,
  too_many_requests: 429,
  unauthorized: 401,
}

const BAD_GATEWAY = 502

/** How long a hook of the application may take, in milliseconds. */
const HOOK_TIMEOUT_MS = 15_000

const HEADERS = {'cache-control': 'no-store', 'x-content-type-options': 'nosniff'}

/** Creates the function. It never rejects. */
export function createHandler(options: HandlerOptions): RequestHandler {
  return async (request) => {
    const response = await respond(request, options)
    // What is left out for `HEAD` is only the body (RFC 9110 §9.3.2).
    return request.method === 'HEAD' ? new Response(null, response) : response
  }
}

async function respond(request: Request, options: HandlerOptions): Promise<Response> {
  const language = readLanguage(request.headers.get('accept-language'), options.language)
  const source = findSource(request, options.allowedOrigins)
  if (request.method === 'OPTIONS') return answerPreflight(source)
  const page = isRead(request.method) ? await answerPage(request, options, language) : undefined
  if (page) return page
  const reply = await answer(request, {options, language, source})
  const {isSimulated} = options.operations
  const body: AnswerBody = {...reply.body, ...(isSimulated && {simulated: true})}
  const headers = {...HEADERS, 'content-language': language, vary: 'accept-language, origin'}
  return Response.json(body, {
    status: reply.status ?? 200,
    headers: {...headers, ...toCorsHeaders(source), ...reply.headers},
  })
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

interface Asked {
  readonly options: HandlerOptions
  readonly language: Language
  readonly source: Source
}

async function answer(request: Request, asked: Asked): Promise<Reply> {
  const {language, options} = asked
  const note: {action?: ConnectorAction; userId?: string} = {}
  let reply: Reply
  try {
    reply = await run(request, asked, note)
  } catch (error) {
    const outcome = toProblem(error)
    if (outcome === 'internal') {
      options.log.error('A request could not be answered', {name: toErrorName(error)})
    }
    const status = STATUSES[outcome] ?? BAD_GATEWAY
    const headers = {
      ...(error instanceof MethodNotAllowedError && {allow: error.allow}),
      ...(outcome === 'key_required' && {'www-authenticate': 'Bearer'}),
    }
    reply = {body: toProblemAnswer(outcome, language), status, outcome, headers}
  }
  const {outcome = 'ok', status = 200} = reply
  const {action, userId} = note
  if (action) {
    const who = userId === undefined ? {} : {userId}
    void audit({action, ...who, outcome, status, atMs: options.now()}, options)
  }
  return reply
}

/** What an application does with an entry must not reach its users, even when it fails. */
async function audit(entry: AuditEntry, options: HandlerOptions): Promise<void> {
  await inBackground(() => options.audit?.(entry), options.log, 'An audit entry was not taken')
}

async function run(
  request: Request,
  {language, options, source}: Asked,
  note: {action?: ConnectorAction; userId?: string},
): Promise<Reply> {
  const {fetch, now, operations, providers} = options
  const {pathname, searchParams} = new URL(request.url)
  const {parameters, route} = findRoute(request.method, pathname, options.basePath)
  note.action = route.action
  if (source.kind === 'foreign') throw new ConnectorError('origin_refused')
  const user = await withinPatience(() => options.authenticate(request), options)
  if (!user) throw new ConnectorError('unauthorized')
  note.userId = user.id
  await withinPatience(() => assertAllowed(user, route.action, options), options)
  const isAccountModeEnabled = await options.isAccountModeEnabled()
  if (!isAccountModeEnabled && route.isAlwaysOn !== true)
    throw new ConnectorError('feature_disabled')
  const body = route.method === 'GET' ? {} : await readBody(request)
  const {signal} = request
  const context = {operations, providers, isAccountModeEnabled, fetch, now, user, language, signal}
  return route.run({...context, body, parameters, query: searchParams})
}

/**
 * Waits for a hook of the application, which may hang.
 *
 * @throws {ConnectorError} `timeout`: it took too long.
 */
async function withinPatience<Result>(
  hook: () => Promise<Result>,
  {delay}: Pick<HandlerOptions, 'delay'>,
): Promise<Result> {
  const patience = new AbortController()
  const giveUp = async (): Promise<never> => {
    await delay(HOOK_TIMEOUT_MS, patience.signal)
    throw new ConnectorError('timeout')
  }
  try {
    return await Promise.race([hook(), giveUp()])
  } finally {
    patience.abort()
  }
}

/** There is such an address, for other methods. */
class MethodNotAllowedError extends ConnectorError {
  readonly allow: string

  constructor(methods: readonly string[]) {
    super('method_not_allowed')
    this.allow = methods
      .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
      .join(', ')
  }
}

function findRoute(asked: string, pathname: string, basePath: string): RouteMatch {
  if (!pathname.startsWith(`${basePath}/`)) throw new ConnectorError('not_found')
  const method = asked === 'HEAD' ? 'GET' : asked
  const matches = matchRoutes(ROUTES, pathname.slice(basePath.length).replace(/(?<=[^/])\/$/, ''))
  const match = matches.find(({route}) => route.method === method)
  if (match) return match
  if (matches.length === 0) throw new ConnectorError('not_found')
  throw new MethodNotAllowedError(matches.map(({route}) => route.method))
}

/** The card, and a page with nothing else. Both are the same for everybody. */
async function answerPage(
  {url}: Request,
  {basePath, cardScript, log}: HandlerOptions,
  language: Language,
): Promise<Response | undefined> {
  const {pathname} = new URL(url)
  if (pathname === `${basePath}/connect`) return answerCardPage(basePath, language)
  if (pathname !== `${basePath}/connectors/codex/card.js`) return undefined
  try {
    return answerCardScript(await cardScript())
  } catch (error) {
    log.error('The card could not be read', {name: toErrorName(error)})
    return undefined
  }
}

async function assertAllowed(
  user: ConnectorUser,
  action: ConnectorAction,
  {authorize, rateLimit}: HandlerOptions,
): Promise<void> {
  if (authorize && !(await authorize(user, action))) throw new ConnectorError('forbidden')
  if (!(await rateLimit(user, action))) throw new ConnectorError('too_many_requests')
}

function answerPreflight(source: Source): Response {
  if (source.kind === 'foreign') return new Response(null, {status: 403, headers: HEADERS})
  return new Response(null, {
    status: 204,
    headers: {
      ...HEADERS,
      ...toCorsHeaders(source),
      'access-control-allow-methods': 'GET, POST, PUT',
      'access-control-allow-headers': 'accept-language, authorization, content-type',
      'access-control-max-age': '600',
      vary: 'origin',
    },
  })
}

function toCorsHeaders(source: Source): Record<string, string> {
  if (source.kind !== 'allowed') return {}
  return {
    'access-control-allow-origin': source.origin,
    'access-control-allow-credentials': 'true',
  }
}
