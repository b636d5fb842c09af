/**
 * `/metrics`: what the gateway does, in the form that Prometheus reads.
 *
 * @module
 * @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/}
 */
import {Counter, Gauge, Histogram, Registry} from 'prom-client'
import {findBlock} from '../../accounts/choice/describe-account.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {listKnownAccounts} from '../../engine/known-accounts.ts'
import type {GatewayObserver} from '../exchange/exchange.ts'
import type {GatewayRoute} from '../exchange/gateway-route.ts'

/** Counts, and shows what was counted. */
export interface RequestCounts {
  readonly observer: GatewayObserver
  readonly route: GatewayRoute
}

/** Upper bounds of times, in seconds. A model may think for minutes. */
const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900]

/** Creates counters that begin at zero. */
export function countRequests(
  engine: Pick<Engine, 'backend' | 'memory' | 'store'>,
  toName: (accountId: string) => string,
): RequestCounts {
  const registers = [new Registry()]
  const counter = (name: string, help: string, labelNames: readonly string[]) =>
    new Counter({name: `cao_gateway_${name}`, help, labelNames, registers})
  const requests = counter('requests_total', 'Requests that ended.', ['status', 'account'])
  const tokens = counter('tokens_total', 'Tokens of answers.', ['kind', 'model'])
  const failures = counter('account_failures_total', 'Accounts that could not answer.', [
    'account',
    'reason',
  ])
  const open = new Gauge({name: 'cao_gateway_open_requests', help: 'Under way.', registers})
  const ready = new Gauge({
    name: 'cao_gateway_accounts',
    help: 'Accounts by whether they can answer now.',
    labelNames: ['state'],
    registers,
    collect: async () => {
      const known = await listKnownAccounts(engine)
      const nowMs = engine.backend.now()
      const able = known.filter((one) => findBlock(one, nowMs) === undefined).length
      ready.set({state: 'ready'}, able)
      ready.set({state: 'unavailable'}, known.length - able)
    },
  })
  const histogram = (name: string, help: string) =>
    new Histogram({name: `cao_gateway_${name}_seconds`, help, buckets: SECONDS, registers})
  const firstBytes = histogram('first_byte', 'Until the first byte of the answer.')
  const durations = histogram('request', 'Until the end of the answer.')
  const observer: GatewayObserver = {
    started: () => open.inc(),
    firstByte: ({startedAtMs}, atMs) => firstBytes.observe((atMs - startedAtMs) / 1000),
    ended({facts: {choice, sent, tokens: used}, startedAtMs}, {endedAtMs, status}) {
      open.dec()
      durations.observe((endedAtMs - startedAtMs) / 1000)
      const {answeredBy} = choice ?? {}
      requests.inc({status, account: answeredBy === undefined ? 'none' : toName(answeredBy)})
      for (const {accountId, code, reason = code} of choice?.failures ?? []) {
        failures.inc({account: toName(accountId), reason})
      }
      for (const [kind, count] of Object.entries(used ?? {})) {
        tokens.inc({kind, model: sent?.model ?? 'unknown'}, count)
      }
    },
  }
  return {observer, route: toRoute(registers[0]!)}
}

function toRoute(registry: Registry): GatewayRoute {
  return {
    access: 'client',
    matches: ({path}) => path === '/metrics',
    methods: ['GET'],
    answer: async () =>
      new Response(await registry.metrics(), {headers: {'content-type': registry.contentType}}),
  }
}
