/**
 * The connector, served by the gateway below `/ops/`.
 *
 * @module
 */
import {readFile} from 'node:fs/promises'
import {delay} from '../../../base/delay.ts'
import {createConnectorWith, type ConnectorEffects} from '../../../connector/create-connector.ts'
import {isAccountModeEnabled} from '../../../connector/settings/account-mode.ts'
import type {GatewayRoute} from '../../../gateway/exchange/gateway-route.ts'

const BASE_PATH = '/ops'

/** Whose accounts they are, and the effects. */
export interface ConnectorRouteOptions extends Pick<
  ConnectorEffects,
  'fetch' | 'log' | 'now' | 'userHome'
> {
  /** The folder of the accounts. */
  readonly base: string
  readonly env: NodeJS.ProcessEnv
}

/** A route that has something to end. */
export interface ConnectorRoute extends GatewayRoute {
  /** Ends logins that are under way. */
  close(): Promise<void>
}

/**
 * Creates the route. A page of the gateway itself, on this machine, is all that the connector answers.
 *
 * @returns `undefined` while account mode is off (`ORCH_CODEX_ACCOUNT_MODE_ENABLED`).
 */
export async function createConnectorRoute({
  base,
  env,
  ...effects
}: ConnectorRouteOptions): Promise<ConnectorRoute | undefined> {
  if (!(await isAccountModeEnabled({env}))) return undefined
  const {arch, platform} = process
  const connector = createConnectorWith(
    {folder: base, basePath: BASE_PATH},
    {
      ...effects,
      delay,
      process: {arch, platform, env, kill: (id, signal) => process.kill(id, signal)},
      // Beside the bundle.
      readCardScript: () => readFile(new URL('codex-account-card.js', import.meta.url), 'utf8'),
    },
  )
  return {
    access: 'public',
    matches: ({path}) => path.startsWith(`${BASE_PATH}/`),
    answer: ({toRequest}) => connector.handler(toRequest()),
    close: () => connector.close(),
  }
}
