/**
 * One line of the log for each request: who asked for what, which account answered and why, and what it took.
 *
 * @module
 */
import {describeOutcome} from '../../accounts/choice/explain-choice.ts'
import type {Log} from '../../base/log.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {Exchange, ExchangeEnd, GatewayObserver, RequestHead} from '../exchange/exchange.ts'

/** Where lines go. */
export interface RequestLogOptions {
  readonly log: Log
  /** How the user calls an account; its id is given. */
  readonly toName: (accountId: string) => string
  /** Shows a short line to whoever watches. Default: nobody does. */
  readonly show?: (line: string) => void
  /** Whether the names of the headers are logged as well, and the values of those that hold no secret. */
  readonly withHeaders?: boolean
}

/** Headers whose values say nothing of the user. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'openai-beta',
  'originator',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'version',
])

/** Creates the observer. */
export function logRequests(options: RequestLogOptions): GatewayObserver {
  const {log, show, toName, withHeaders} = options
  return {
    started({head, id}) {
      if (withHeaders === true) log.info('Headers', {request: id, headers: toShownHeaders(head)})
    },
    ended(exchange, end) {
      log.info('Request', toFields(exchange, end, toName))
      show?.(toLine(exchange, end, toName))
    },
  }
}

type ToName = RequestLogOptions['toName']

function toFields(
  {client, facts, head, id, startedAtMs}: Exchange,
  {bytes, endedAtMs, firstByteAtMs, isCut, status}: ExchangeEnd,
  toName: ToName,
): Record<string, unknown> {
  const {asked, choice, sent, tokens} = facts
  const {answeredBy} = choice ?? {}
  return withoutUndefined({
    request: id,
    client: client.name,
    method: head.method,
    path: head.path.slice(0, 200),
    status,
    account: answeredBy === undefined ? undefined : toName(answeredBy),
    why: choice && describeOutcome(choice),
    askedModel: asked?.model,
    model: sent?.model,
    effort: sent?.effort,
    tokens,
    firstByteMs: firstByteAtMs === undefined ? undefined : firstByteAtMs - startedAtMs,
    ms: endedAtMs - startedAtMs,
    bytes,
    cut: isCut ? true : undefined,
  })
}

function toLine(
  {facts: {choice}, head}: Exchange,
  {isCut, status}: ExchangeEnd,
  toName: ToName,
): string {
  const {answeredBy, failures = []} = choice ?? {}
  const who = answeredBy === undefined ? '' : ` -> ${toName(answeredBy)}`
  const before = failures.map(({accountId}) => toName(accountId)).join(', ')
  const after = before === '' ? '' : ` (after ${before})`
  return `Gateway: ${head.method} ${head.path.slice(0, 80)}${who}${after} ${status}${isCut ? ', cut' : ''}`
}

function toShownHeaders({headers}: RequestHead): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      PLAIN_HEADERS.has(name) ? value : '<redacted>',
    ]),
  )
}
