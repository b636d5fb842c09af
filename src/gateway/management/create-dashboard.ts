/**
 * The dashboard of the gateway, and what it asks for.
 *
 * @module
 */
import type {Log} from '../../base/log.ts'
import type {Engine} from '../../engine/create-engine.ts'
import type {GatewayObserver} from '../exchange/exchange.ts'
import type {GatewayRoute} from '../exchange/gateway-route.ts'
import type {History} from '../history/history.ts'
import {createLiveRequests} from './live-requests.ts'
import {createManagementRoutes} from './management-routes.ts'
import {createPageFeed, type PageSelf} from './page-feed.ts'
import {createPageRoute, type ReadPageFile} from './page-files.ts'

/** What the dashboard shows and changes. */
export interface DashboardOptions {
  readonly engine: Pick<Engine, 'backend' | 'memory' | 'settings' | 'store' | 'usage'>
  readonly history: Pick<History, 'ready' | 'recent' | 'rows' | 'samples' | 'watch'>
  /** How the user calls an account; its id is given. */
  readonly toName: (accountId: string) => string
  readonly describe: () => PageSelf
  readonly readPageFile: ReadPageFile
  readonly log: Log
}

/** What is plugged into the gateway. */
export interface Dashboard {
  readonly observer: GatewayObserver
  readonly routes: readonly GatewayRoute[]
}

/** Creates the dashboard. It does nothing while nobody looks at it. */
export function createDashboard(options: DashboardOptions): Dashboard {
  const {engine, history, log, readPageFile, toName} = options
  const live = createLiveRequests(toName, () => feed.changed())
  const feed = createPageFeed({...options, live})
  history.watch((request) => feed.tell({type: 'ended', data: request}))
  return {
    observer: live.observer,
    routes: [
      createPageRoute(readPageFile),
      ...createManagementRoutes({engine, feed, history, log}),
    ],
  }
}
