/**
 * The connector, served by the gateway below `/ops/`.
 *
 * @module
 */
import {readFile} from 'node:fs/promises'
import {delay} from '../../../base/delay.ts'
import {isSameSecret, readBearer} from '../../../http/bearer.ts'
import {ConnectorError} from '../../../connector/connector-error.ts'
import {createConnectorWith, type ConnectorEffects} from '../../../connector/create-connector.ts'
import type {ConnectorUser} from '../../../connector/operations/connector-hooks.ts'
import {isAccountModeEnabled} from '../../../connector/settings/account-mode.ts'
import type {GatewayRoute} from '../../../gateway/exchange/gateway-route.ts'
import {isExpired, isKey} from '../../../gateway/keys/client-key.ts'
import type {KeyRing} from '../../../gateway/keys/key-ring.ts'
import {createProviderFile} from './provider-file.ts'

const BASE_PATH = '/ops'

/** Whose accounts they are, and the effects. */
export interface ConnectorRouteOptions extends Pick<
  ConnectorEffects,
  'fetch' | 'log' | 'now' | 'userHome'
> {
  /** The folder of the accounts. */
  readonly base: string
  readonly env: NodeJS.ProcessEnv
  /** The client keys, of which those for `accounts` open the connector. */
  readonly keys: Pick<KeyRing, 'find'>
  /** Opens it as well: the dashboard has it. */
  readonly operatorKey: string
}

/** A route that has something to end. */
export interface ConnectorRoute extends GatewayRoute {
  /** Ends logins that are under way. */
  close(): Promise<void>
}

/**
 * Creates the route. It is public for the gateway, because the connector itself asks for the key, in its own words: also
 * where clients of the gateway need none.
 *
 * @returns `undefined` while account mode is off (`ORCH_CODEX_ACCOUNT_MODE_ENABLED`).
 */
export async function createConnectorRoute({
  base,
  env,
  keys,
  operatorKey,
  ...effects
}: ConnectorRouteOptions): Promise<ConnectorRoute | undefined> {
  if (!(await isAccountModeEnabled({env}))) return undefined
  const {arch, platform} = process
  const authenticate = async ({headers}: Request): Promise<ConnectorUser> => {
    const secret = readBearer(headers.get('authorization')) ?? ''
    if (isSameSecret(secret, operatorKey)) return {id: 'operator'}
    const key = isKey(secret) ? await keys.find(secret) : undefined
    if (!key || isExpired(key, effects.now())) throw new ConnectorError('key_required')
    if (!key.scopes.includes('accounts')) throw new ConnectorError('forbidden')
    return {id: key.id}
  }
  const connector = createConnectorWith(
    {folder: base, basePath: BASE_PATH, authenticate, providers: createProviderFile(base)},
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
