/**
 * One request on a socket, from its head to the last byte of its answer.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import {isSameSecret, readBearer} from '../http/bearer.ts'
import {toErrorName} from '../errors.ts'
import {answerHealth} from './answers/answer-health.ts'
import type {Answerer} from './answers/create-answerer.ts'
import {READING} from './answers/find-endpoint.ts'
import {answerOtherMethod, refuse} from './answers/refuse.ts'
import {
  refuseUpgrade,
  toClientForm,
  toClientRefusal,
  toClientStatus,
} from './answers/client-status.ts'
import type {EventStream} from './exchange/event-stream.ts'
import type {ExchangeFacts, GatewayClient, RequestHead} from './exchange/exchange.ts'
import {WatchedExchange} from './exchange/watched-exchange.ts'
import type {GatewayRoute} from './exchange/gateway-route.ts'
import type {GatewayOptions} from './gateway-options.ts'
import {findForeignCaller} from './server/guard-request.ts'
import {sendEvents} from './server/send-events.ts'
import {sendResponse} from './server/send-response.ts'
import {readHead, type SocketRequest} from './server/start-server.ts'
import {toWebRequest} from './server/to-web-request.ts'
import type {SocketDoor} from './websocket/socket-door.ts'

/** Where everybody on this machine may ask. */
export const LOCAL_CLIENT: GatewayClient = {id: 'local', name: 'this machine', class: 'interactive'}

/** What nginx calls a request whose client left before there was an answer. */
const CLIENT_LEFT = 499

/** A request on a socket. */
export interface SocketCall extends SocketRequest {
  /** Absent where there are no WebSockets. */
  readonly door?: SocketDoor | undefined
  /** Where the gateway listens. */
  readonly port: number
}

/** One request, from its head to the last byte of its answer. */
export class SocketAnswer {
  readonly #call: SocketCall
  readonly #options: GatewayOptions
  readonly #answerer: Answerer
  #watched: WatchedExchange | undefined

  constructor(call: SocketCall, options: GatewayOptions, answerer: Answerer) {
    this.#call = call
    this.#options = options
    this.#answerer = answerer
  }

  async run(): Promise<void> {
    const {outgoing, signal} = this.#call
    try {
      const answered = await this.#answer()
      if (!answered) return
      this.#finishHead()
      const options = {signal, onBytes: (bytes: number) => this.#watched?.countBytes(bytes)}
      if (answered instanceof Response) await sendResponse(answered, outgoing, options)
      else await sendEvents(answered, outgoing, options)
      this.#watched?.end(outgoing.statusCode, false)
    } catch (error) {
      await this.#giveUp(error)
    }
  }

  /** `undefined` when the connection goes on in another protocol. */
  async #answer(): Promise<EventStream | Response | undefined> {
    const {incoming, port} = this.#call
    const {place} = this.#options
    const head = readHead(incoming)
    if (!head) {
      const message = 'The address of a request must be a path of this gateway.'
      return refuse({status: 400, code: 'bad_request', message})
    }
    const foreign = findForeignCaller(head, {address: place.address, port})
    if (foreign !== undefined) {
      return refuse({status: 403, code: 'foreign_caller', message: foreign})
    }
    if (head.path === '/health') {
      const isRead = READING.includes(head.method)
      return isRead ? answerHealth(this.#options) : answerOtherMethod(head, READING)
    }
    return this.#answerCaller(head)
  }

  async #answerCaller(head: RequestHead): Promise<EventStream | Response | undefined> {
    const route = this.#options.routes?.find(({matches}) => matches(head))
    if (route?.access === 'public') return this.#answerRoute(route, head)
    if (route?.access === 'operator' || isOperator(head, this.#options.operatorKey)) {
      return this.#answerOperator(route, head)
    }
    const check = (await this.#options.checkClient?.(head)) ?? {
      kind: 'client',
      client: LOCAL_CLIENT,
    }
    if (check.kind === 'refused') return toClientForm(toClientRefusal(check, head), head)
    if (route) return this.#answerRoute(route, head, check.client)
    return this.#answerClient(head, check.client)
  }

  async #answerClient(
    head: RequestHead,
    client: GatewayClient,
  ): Promise<EventStream | Response | undefined> {
    const {now, toHeaders} = this.#options
    if (head.headers.upgrade !== undefined) return this.#upgrade(head, client)
    const {incoming, signal} = this.#call
    // Made many at a time by Node, unlike bytes of our own.
    const id = randomUUID().slice(-12)
    const facts: ExchangeFacts = {}
    const exchange = {id, head, client, startedAtMs: now(), signal, facts}
    this.#watched = new WatchedExchange(exchange, this.#options)
    const answered = await this.#answerer(exchange, incoming)
    const headers = {'x-cao-request': id, ...toHeaders?.(exchange)}
    if (!(answered instanceof Response)) {
      Object.assign(answered.headers, headers)
      return answered
    }
    const response = await toClientForm(toClientStatus(answered, head), head)
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
    return response
  }

  #upgrade(head: RequestHead, client: GatewayClient): Response | undefined {
    const {door, takeOver} = this.#call
    if (!takeOver || door?.leadsTo(head) !== true) return refuseUpgrade()
    door.open({head, client}, takeOver())
    return undefined
  }

  #answerOperator(
    route: GatewayRoute | undefined,
    head: RequestHead,
  ): Promise<EventStream | Response | undefined> {
    if (!isOperator(head, this.#options.operatorKey)) {
      const message = 'Only the user who runs this gateway may ask this, with the operator key.'
      return Promise.resolve(refuse({status: 403, code: 'operator_only', message}))
    }
    const client = {...LOCAL_CLIENT, id: 'operator', name: 'operator'}
    return route ? this.#answerRoute(route, head, client) : this.#answerClient(head, client)
  }

  async #answerRoute(
    route: GatewayRoute,
    head: RequestHead,
    client?: GatewayClient,
  ): Promise<Response> {
    const {incoming, signal} = this.#call
    const methods = route.methods?.flatMap((one) => (one === 'GET' ? READING : [one]))
    if (methods && !methods.includes(head.method)) return answerOtherMethod(head, methods)
    const toRequest = () => toWebRequest(incoming, head, signal)
    return route.answer({head, signal, toRequest, ...(client && {client})})
  }

  /** The rest of a body that nobody read must not be taken for the next request. */
  #finishHead(): void {
    const {incoming, outgoing} = this.#call
    if (!incoming.complete) outgoing.setHeader('connection', 'close')
  }

  /** The client is gone, or something broke: what was written before still reaches the client. */
  async #giveUp(error: unknown): Promise<void> {
    const {outgoing, signal} = this.#call
    if (signal.aborted || outgoing.headersSent) {
      if (!signal.aborted) this.#options.log.warn('An answer broke off', {name: toErrorName(error)})
      this.#watched?.end(outgoing.headersSent ? outgoing.statusCode : CLIENT_LEFT, true)
      outgoing.socket?.destroySoon()
      return
    }
    this.#options.log.error('A request could not be answered', {name: toErrorName(error)})
    const message = 'The gateway could not answer. `cao gateway logs` says more.'
    this.#finishHead()
    const response = refuse({status: 500, code: 'gateway_error', message})
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(await response.text())
    this.#watched?.end(response.status, false)
  }
}

function isOperator({headers}: RequestHead, operatorKey: string): boolean {
  return isSameSecret(readBearer(headers.authorization) ?? '', operatorKey)
}
