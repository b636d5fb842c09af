/**
 * The dashboard of the gateway, and what it asks for.
 *
 * @module
 */
import type {Log} from '../../base/log.ts'
import type {Engine} from '../../engine/create-engine.ts'
import type {GatewayObserver} from '../exchange/exchange.ts'
import type {GatewayRoute} from '../exchange/gateway-route.ts'
import {watchFolders} from '../../files/watch-folders.ts'
import type {History} from '../history/history.ts'
import {KEY_FILE, type KeyFile} from '../keys/key-file.ts'
import {createLoginDesk, type LoginDeskOptions} from '../logins/login-desk.ts'
import {RULES_FILE, type LiveRules, type RulesFile} from '../rules/rules-file.ts'
import {createLiveRequests} from './live-requests.ts'
import {createManagementRoutes} from './management-routes.ts'
import {createPageFeed, type PageSelf} from './page-feed.ts'
import {createPageRoute, type ReadPageFile} from './page-files.ts'

/** What the dashboard shows and changes. */
export interface DashboardOptions {
  readonly engine: Pick<
    Engine,
    'backend' | 'memory' | 'settings' | 'store' | 'tokenRequest' | 'usage'
  >
  /** The folder of the accounts, with keys and rules. */
  readonly base: string
  /** Where new logins go. */
  readonly accounts: LoginDeskOptions['accounts']
  readonly redirectPorts?: LoginDeskOptions['redirectPorts']
  readonly hostId: LoginDeskOptions['hostId']
  readonly delay: LoginDeskOptions['delay']
  readonly keys: {
    readonly file: Pick<KeyFile, 'add' | 'list' | 'remove'>
    /** Whether clients have to show one. */
    readonly areChecked: boolean
  }
  readonly rules: Pick<LiveRules, 'current' | 'reload'> & {
    readonly file: Pick<RulesFile, 'change'>
  }
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
  /** Ends a login that is under way, and the watch. Never rejects. */
  close(): Promise<void>
}

/** Creates the dashboard. It does nothing while nobody looks at it. */
export function createDashboard(options: DashboardOptions): Dashboard {
  const {base, engine, history, readPageFile, toName} = options
  const {tokenRequest} = engine
  const live = createLiveRequests(toName, () => feed.changed())
  const logins = createLoginDesk({...options, tokenRequest}, () => feed.changed())
  const feed = createPageFeed({...options, live, logins})
  history.watch((request) => feed.tell({type: 'ended', data: request}))
  // Commands in a terminal change them as well.
  const watch = watchFolders([KEY_FILE, RULES_FILE], () => feed.changed())
  watch.follow([base])
  return {
    observer: live.observer,
    routes: [createPageRoute(readPageFile), ...createManagementRoutes({...options, feed, logins})],
    async close() {
      watch.close()
      await logins.close()
    },
  }
}
