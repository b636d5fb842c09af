/**
 * The connector in servers on `node:http`, and in frameworks that hand on its objects.
 *
 * Hono needs none of this: `app.all('/ops/*', (context) => connector.handler(context.req.raw))`.
 *
 * @module
 */
import {Readable} from 'node:stream'
import type {IncomingMessage, ServerResponse} from 'node:http'
import type {RequestHandler} from '../../http/serve.ts'

/** A request, as frameworks hand it on. */
export interface NodeRequest extends IncomingMessage {
  /** Express: the whole path, also where the listener is mounted below one. */
  readonly originalUrl?: string
  /** What the framework has read of the body already. */
  readonly body?: unknown
}

/** Answers a request; with `next`, one that is for somebody else is handed on. */
export type NodeListener = (
  request: NodeRequest,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/** What a listener needs to know. */
export interface NodeListenerOptions {
  /** The base path of the connector. Default `/ops`. */
  readonly basePath?: string
}

/**
 * Makes a listener for `createServer` of `node:http` or `node:https`, and for `app.use` of Express.
 *
 * @param handler Of the connector.
 */
export function toNodeListener(
  handler: RequestHandler,
  {basePath = '/ops'}: NodeListenerOptions = {},
): NodeListener {
  const prefix = `/${basePath.split('/').filter(Boolean).join('/')}/`.replace('//', '/')
  return (request, response, next) => {
    const path = toPath(request)
    if (next && !path.startsWith(prefix)) next()
    else void answer(handler, request, response)
  }
}

/** A request and a reply of Fastify, as far as they are needed. */
export interface FastifyRequestLike {
  readonly raw: IncomingMessage
  readonly body?: unknown
}

/** A reply of Fastify, as far as it is needed. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse
  hijack(): unknown
}

/** Makes a route handler for Fastify: `app.all('/ops/*', toFastifyHandler(connector.handler))`. */
export function toFastifyHandler(
  handler: RequestHandler,
): (request: FastifyRequestLike, reply: FastifyReplyLike) => void {
  return ({body, raw}, reply) => {
    // Fastify is told that somebody else answers.
    reply.hijack()
    void answer(handler, Object.assign(raw, {body}), reply.raw)
  }
}

async function answer(
  handler: RequestHandler,
  incoming: NodeRequest,
  outgoing: ServerResponse,
): Promise<void> {
  const client = new AbortController()
  outgoing.once('close', () => client.abort())
  try {
    const response = await handler(toRequest(incoming, client.signal))
    const body = Buffer.from(await response.arrayBuffer())
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(body)
  } catch {
    // The request is none: its target or its host cannot be read.
    if (!outgoing.headersSent) outgoing.writeHead(400)
    outgoing.end()
  }
}

function toRequest(incoming: NodeRequest, signal: AbortSignal): Request {
  const headers = new Headers()
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  const {method = 'GET'} = incoming
  // The scheme decides nothing here: behind a proxy it is unknown.
  const url = new URL(toPath(incoming), `http://${incoming.headers.host ?? 'unknown.invalid'}`)
  const isReading = method === 'GET' || method === 'HEAD'
  return new Request(url, {method, headers, signal, ...(!isReading && toBody(incoming))})
}

/** A framework may have read the body, and made an object of it. */
function toBody(incoming: NodeRequest): RequestInit & {duplex?: 'half'} {
  const {body} = incoming
  if (!incoming.readableEnded) return {body: Readable.toWeb(incoming), duplex: 'half'}
  if (body === undefined || body === null) return {}
  return {body: typeof body === 'string' ? body : JSON.stringify(body)}
}

/** A target such as `//host/path` is a path here, and must not name another host. */
function toPath({originalUrl, url = '/'}: NodeRequest): string {
  return (originalUrl ?? url).replace(/^\/{2,}/, '/')
}
