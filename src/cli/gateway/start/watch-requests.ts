/**
 * Whoever watches the requests of a gateway: its log, its counts, and the reload that comes with use.
 *
 * @module
 */
import path from 'node:path'
import type {Clock} from '../../../base/clock.ts'
import type {Engine} from '../../../engine/create-engine.ts'
import type {GatewayOptions} from '../../../gateway/gateway-options.ts'
import {createBodyCapture} from '../../../gateway/watch/capture-body.ts'
import {countRequests} from '../../../gateway/watch/count-requests.ts'
import type {FileLog} from '../../../gateway/watch/create-log-file.ts'
import {logRequests} from '../../../gateway/watch/log-requests.ts'

/** Who is told, and of what. */
export interface WatchRequestsOptions {
  /** The folder of the accounts, where a body is captured. */
  readonly base: string
  readonly engine: Engine
  readonly env: NodeJS.ProcessEnv
  readonly log: FileLog
  readonly now: Clock
  /** Shows a short line for each request. */
  readonly show: (line: string) => void
  /** How the user calls an account; its id is given. */
  readonly toName: (accountId: string) => string
}

/** The observers, as options of the gateway. */
export interface WatchedRequests extends Pick<GatewayOptions, 'onBody'> {
  readonly observers: NonNullable<GatewayOptions['observers']>
  readonly routes: NonNullable<GatewayOptions['routes']>
  /** How many requests there were. */
  readonly count: () => number
}

/** How often models and usage are looked at while somebody asks, in milliseconds. */
const RELOAD_EVERY_MS = 300_000

/** Whether the environment wants more in the log than usual. */
export function isDebugging(env: NodeJS.ProcessEnv): boolean {
  return env['CAO_DEBUG_HEADERS'] === '1'
}

/** Creates the observers. */
export function watchRequests(options: WatchRequestsOptions): WatchedRequests {
  const {base, engine, env, log, now, show, toName} = options
  const counts = countRequests(engine, toName)
  const withHeaders = isDebugging(env)
  const isCaptured = withHeaders && env['CAO_CAPTURE_BODY'] === '1'
  const seen = {requests: 0, reloadedAtMs: now()}
  const onRequest = () => {
    seen.requests += 1
    if (now() - seen.reloadedAtMs < RELOAD_EVERY_MS) return
    seen.reloadedAtMs = now()
    void engine.reload()
  }
  return {
    count: () => seen.requests,
    observers: [
      counts.observer,
      logRequests({log, toName, show, withHeaders}),
      {started: onRequest},
    ],
    routes: [counts.route],
    ...(isCaptured && {onBody: createBodyCapture(path.join(base, 'gateway.last-body.json'), log)}),
  }
}
