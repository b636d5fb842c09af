/**
 * `/metrics`: what the gateway does, in the form that Prometheus reads.
 *
 * @module
 * @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/}
 */
import {findBlock} from '../../accounts/choice/describe-account.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {listKnownAccounts} from '../../engine/known-accounts.ts'
import type {GatewayObserver} from '../exchange/exchange.ts'
import type {GatewayRoute} from '../exchange/gateway-route.ts'
import {Distribution, METRIC_TYPE, Tally, type Metric} from './metric-text.ts'

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
  const requests = counter('requests_total', 'Requests that ended.')
  const tokens = counter('tokens_total', 'Tokens of answers.')
  const failures = counter('account_failures_total', 'Accounts that could not answer.')
  const open = gauge('open_requests', 'Under way.')
  const ready = gauge('accounts', 'Accounts by whether they can answer now.')
  const firstBytes = seconds('first_byte', 'Until the first byte of the answer.')
  const durations = seconds('request', 'Until the end of the answer.')
  open.set({}, 0)
  const lookAtAccounts = async () => {
    const known = await listKnownAccounts(engine)
    const nowMs = engine.backend.now()
    const able = known.filter((one) => findBlock(one, nowMs) === undefined).length
    ready.set({state: 'ready'}, able)
    ready.set({state: 'unavailable'}, known.length - able)
  }
  const observer: GatewayObserver = {
    started: () => open.add(),
    firstByte: ({startedAtMs}, atMs) => firstBytes.add((atMs - startedAtMs) / 1000),
    ended({facts: {choice, sent, tokens: used}, startedAtMs}, {endedAtMs, status}) {
      open.add({}, -1)
      durations.add((endedAtMs - startedAtMs) / 1000)
      const {answeredBy} = choice ?? {}
      requests.add({status, account: answeredBy === undefined ? 'none' : toName(answeredBy)})
      for (const {accountId, code, reason = code} of choice?.failures ?? []) {
        failures.add({account: toName(accountId), reason})
      }
      for (const [kind, count] of Object.entries(used ?? {})) {
        tokens.add({kind, model: sent?.model ?? 'unknown'}, count)
      }
    },
  }
  const metrics = [requests, tokens, failures, open, ready, firstBytes, durations]
  return {observer, route: toRoute(metrics, lookAtAccounts)}
}

function toRoute(metrics: readonly Metric[], look: () => Promise<void>): GatewayRoute {
  return {
    access: 'client',
    matches: ({path}) => path === '/metrics',
    methods: ['GET'],
    async answer() {
      await look()
      const text = metrics.map((metric) => metric.toText()).join('\n')
      return new Response(text, {headers: {'content-type': METRIC_TYPE}})
    },
  }
}

function counter(name: string, help: string): Tally {
  return new Tally({name: `cao_gateway_${name}`, help, type: 'counter'})
}

function gauge(name: string, help: string): Tally {
  return new Tally({name: `cao_gateway_${name}`, help, type: 'gauge'})
}

function seconds(name: string, help: string): Distribution {
  return new Distribution({name: `cao_gateway_${name}_seconds`, help}, SECONDS)
}
