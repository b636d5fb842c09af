/**
 * What plugs into a gateway beside the API: the policy, the dashboard, and the connector where it is wanted.
 *
 * @module
 */
import {readFile} from 'node:fs/promises'
import {delay} from '../../../base/delay.ts'
import type {Engine} from '../../../engine/create-engine.ts'
import type {CodexError} from '../../../errors.ts'
import type {CheckClient} from '../../../gateway/exchange/exchange.ts'
import type {GatewayOptions} from '../../../gateway/gateway-options.ts'
import {
  createDashboard,
  type DashboardOptions,
} from '../../../gateway/management/create-dashboard.ts'
import type {PageSelf} from '../../../gateway/management/page-feed.ts'
import {LOCAL_CLIENT} from '../../../gateway/socket-answer.ts'
import {createPolicy} from '../../../gateway/policy/create-policy.ts'
import {KeyFile} from '../../../gateway/keys/key-file.ts'
import {openRulesFile, type LiveRules} from '../../../gateway/rules/rules-file.ts'
import {createDamageListener} from '../../../accounts/directories/damaged-file.ts'
import type {GatewaySettings} from '../settings/gateway-settings.ts'
import {readHostId} from '../../login/read-host-id.ts'
import {readRedirectPorts} from '../../login/redirect-ports.ts'
import {
  createConnectorRoute,
  type ConnectorRouteOptions,
} from '../connector/create-connector-route.ts'

/** What the parts are made with. */
export interface PlugInOptions extends ConnectorRouteOptions {
  readonly engine: Engine
  readonly settings: Pick<GatewaySettings, 'clientAuth' | 'overrideAuth'>
  /** How the user calls an account; its id is given. */
  readonly toName: (accountId: string) => string
  /** Words an error for the user of the gateway. */
  readonly describe: (error: CodexError) => string
  /** What the gateway says of itself. */
  readonly describeSelf: () => Omit<PageSelf, 'hasConnector'>
  /** Default: everybody of this machine may ask. */
  readonly checkClient?: CheckClient | undefined
}

/** The parts, as options of the gateway. */
export interface PluggedIn {
  readonly options: Pick<GatewayOptions, 'checkClient' | 'overflow' | 'toHeaders' | 'toScope'> &
    Required<Pick<GatewayOptions, 'observers' | 'routes'>>
  /** Resolves once everything is kept. Never rejects. */
  close(): Promise<void>
}

/** Creates the parts. */
export async function plugIn(options: PlugInOptions): Promise<PluggedIn> {
  const {base, checkClient = letIn, describeSelf, engine, env, log, now, settings, toName} = options
  const {memory, store} = engine
  const usageOf = (accountId: string) => memory.usage.get(accountId)
  const tell = (sentence: string) => log.warn(sentence)
  const policy = await createPolicy({...options, delay, store, usageOf, tell})
  const onDamage = createDamageListener(log)
  const connector = await createConnectorRoute(options)
  const dashboard = createDashboard({
    base,
    engine,
    accounts: engine.shared,
    redirectPorts: readRedirectPorts(env),
    hostId: () => readHostId({base, log}),
    delay,
    keys: {
      file: new KeyFile({base, now, onDamage}),
      areChecked: settings.overrideAuth && settings.clientAuth,
    },
    rules: createRules(policy.rules, {base, now, log}),
    history: policy.history,
    toName,
    describe: () => ({...describeSelf(), hasConnector: connector !== undefined}),
    // Beside the bundle.
    readPageFile: async (name) =>
      new Uint8Array(await readFile(new URL(`dashboard/${name}`, import.meta.url))),
    log,
  })
  return {
    options: {
      checkClient: policy.limit(checkClient),
      toScope: policy.toScope,
      toHeaders: policy.toHeaders,
      overflow: policy.overflow,
      observers: [policy.observer, dashboard.observer],
      routes: [...dashboard.routes, ...(connector ? [connector] : [])],
    },
    async close() {
      await Promise.allSettled([policy.close(), dashboard.close(), connector?.close()])
    },
  }
}

/** The rules as they are now, and the file that changes go to. */
function createRules(
  live: LiveRules,
  {base, log, now}: Pick<PlugInOptions, 'base' | 'log' | 'now'>,
): DashboardOptions['rules'] {
  const onDamage = (copy: string) =>
    log.warn(`gateway-rules.json was invalid and has been backed up to ${copy}`)
  return {
    get current() {
      return live.current
    },
    reload: () => live.reload(),
    file: openRulesFile({base, now, onDamage}),
  }
}

const letIn: CheckClient = () => ({kind: 'client', client: LOCAL_CLIENT})
