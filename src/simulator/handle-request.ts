/**
 * The way of a request through a simulator: record it, read it, apply a fault, answer it.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import {decodeJwt} from 'jose'
import * as z from 'zod'
import {answerDetail} from './backend-answer.ts'
import {pause} from './responses/event-stream.ts'
import type {Fault} from './state/fault.ts'
import {splitBody, truncateBody} from './responses/faults/faulty-body.ts'
import {refuseForeignPage, refuseOtherPage} from './loopback-guard.ts'
import {readBody} from './read-body.ts'
import {findRoute, isControlPath, listMethods, type Route} from './routes.ts'
import type {Exchange, Simulation} from './state/simulation.ts'

const AUTH_CLAIM = 'https://api.openai.com/auth'
const authClaimSchema = z.looseObject({user_id: z.string()})
const REFRESH_TOKEN = /\brt_[\w-]+/

/**
 * Answers one request.
 *
 * @throws {Error} A fault drops the connection.
 */
export async function handleRequest(request: Request, simulation: Simulation): Promise<Response> {
  const url = new URL(request.url)
  const route = findRoute(request.method, url.pathname)
  const isControl = isControlPath(url.pathname)
  const isPage = request.method === 'GET' && !isControl
  const guard = isPage ? refuseForeignPage : refuseOtherPage
  const refusal = isControl || route?.isGuarded ? guard(request) : undefined
  if (refusal) return refusal
  const record = simulation.requests.start(request, simulation.now(), {isListed: !isControl})
  request.signal.addEventListener('abort', () => {
    record.closedEarly = record.fault !== 'cut'
  })
  const count = (outcome: string) => route?.name && simulation.counts.add(route.name, outcome)
  const body = await readBody(request, simulation.behaviour.maxBodyBytes)
  if (body.kind === 'refused') {
    record.status = body.status
    count(String(body.status))
    return answerDetail(body.status, body.detail)
  }
  const {bytes} = body
  const fault = takeFault({request, url, body: bytes}, route, simulation)
  record.fault = fault?.kind
  const exchange = {request, url, body: bytes, record, fault}
  const response = await answer(exchange, route, simulation).catch((error: unknown) => {
    count('dropped')
    throw error
  })
  response.headers.set('x-request-id', randomUUID())
  record.status = record.outcome === 'opened' ? 101 : response.status
  count(record.outcome ?? String(response.status))
  return response
}

async function answer(
  exchange: Exchange,
  route: Route | undefined,
  simulation: Simulation,
): Promise<Response> {
  const {fault, request} = exchange
  if (!fault) return answerRoute(exchange, route, simulation)
  if (fault.kind === 'status') return answerStatus(fault)
  if (fault.kind === 'stall' && fault.afterEvents === undefined) {
    await pause(fault.forMs, request.signal)
  }
  const isCutAtOnce = fault.kind === 'cut' && (fault.afterBytes ?? fault.afterEvents) === undefined
  if (isCutAtOnce) throw new Error('Cut by a fault')
  const response = await answerRoute(exchange, route, simulation)
  if (fault.kind === 'cut' && fault.afterBytes !== undefined) {
    return truncateBody(response, fault.afterBytes, request.signal)
  }
  return fault.kind === 'byte-by-byte' ? splitBody(response) : response
}

async function answerRoute(
  exchange: Exchange,
  route: Route | undefined,
  simulation: Simulation,
): Promise<Response> {
  if (route) return route.endpoint(exchange, simulation)
  const allow = listMethods(exchange.url.pathname).join(', ')
  return allow === ''
    ? answerDetail(404, 'Not Found')
    : answerDetail(405, 'Method Not Allowed', {allow})
}

function answerStatus({status, body, headers = {}}: Extract<Fault, {kind: 'status'}>): Response {
  // A status such as 204 or 304 has no body.
  const hasBody = body !== undefined && ![204, 205, 304].includes(status)
  if (!hasBody) return new Response(null, {status, headers})
  if (typeof body === 'string') return new Response(body, {status, headers})
  return Response.json(body, {status, headers})
}

function takeFault(
  {request, url, body}: Pick<Exchange, 'body' | 'request' | 'url'>,
  route: Route | undefined,
  simulation: Simulation,
): Fault | undefined {
  if (isControlPath(url.pathname) || simulation.faults.list().length === 0) return undefined
  return simulation.faults.take({
    name: route?.name,
    method: request.method,
    path: url.pathname,
    accountNames: findAccountNames(request, body, simulation),
  })
}

/** Faults look at who asks before anybody has checked it, so this only reads. */
function findAccountNames(
  {headers}: Request,
  body: Uint8Array,
  {accounts, sessions}: Simulation,
): readonly string[] {
  const [, token] = /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '') ?? []
  const [refreshToken] = token ? [] : (REFRESH_TOKEN.exec(new TextDecoder().decode(body)) ?? [])
  const account = token
    ? accounts.list().find(({userId}) => userId === readUserId(token))
    : sessions.findByRefreshToken(refreshToken ?? '')
  return account ? [account.email, account.accountId] : []
}

function readUserId(token: string): string | undefined {
  try {
    const {[AUTH_CLAIM]: claim} = decodeJwt(token)
    return authClaimSchema.parse(claim).user_id
  } catch {
    return undefined
  }
}
