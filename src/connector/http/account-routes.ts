/**
 * The addresses of the connected account, and of the provider that uses it.
 *
 * @module
 */
import {toText} from '../../base/json-object.ts'
import {ConnectorError} from '../connector-error.ts'
import {toCapabilities} from '../settings/capabilities.ts'
import {describeLogout} from '../words/state-words.ts'
import {assertCodex, readProviderId} from './provider-type.ts'
import type {Reply, Route, RouteContext} from './route.ts'
import {toStatusAnswer} from './to-answer.ts'
import {validate} from './validate.ts'

/** The connected account, and what may be done with it. */
export const ACCOUNT_ROUTES: readonly Route[] = [
  {method: 'POST', path: '/connectors/account/refresh', action: 'refresh', run: refresh},
  {method: 'POST', path: '/connectors/account/logout', action: 'log_out', run: logOutAccount},
  {method: 'GET', path: '/connectors/:provider/auth-status', action: 'get_status', run: getStatus},
  {method: 'POST', path: '/connectors/:provider/logout', action: 'log_out', run: logOut},
  {
    method: 'POST',
    path: '/connectors/:provider/credentials',
    action: 'store_api_key',
    isAlwaysOn: true,
    run: storeApiKey,
  },
  {
    method: 'POST',
    path: '/connectors/:provider/validate',
    action: 'validate',
    isAlwaysOn: true,
    run: async (context) => {
      assertCodex(context.parameters['provider'] ?? '')
      return {body: await validate(context)}
    },
  },
  {
    method: 'GET',
    path: '/provider/capabilities',
    action: 'get_capabilities',
    isAlwaysOn: true,
    run: async ({isAccountModeEnabled}) => ({
      body: {items: {codex: toCapabilities(isAccountModeEnabled)}},
    }),
  },
  {method: 'GET', path: '/provider', action: 'get_provider', isAlwaysOn: true, run: getProvider},
  {method: 'PUT', path: '/provider', action: 'save_provider', isAlwaysOn: true, run: saveProvider},
]

async function getStatus(context: RouteContext): Promise<Reply> {
  const {language, operations, parameters, query, signal, user} = context
  assertCodex(parameters['provider'] ?? '')
  const verify = query.get('verify') === 'true'
  const [state, cli] = await Promise.all([
    operations.getStatus(user, {verify, signal}),
    operations.findCli(),
  ])
  const {isSimulated} = operations
  return {body: toStatusAnswer(state, {cli, isSimulated, language})}
}

async function logOut({language, operations, parameters, user}: RouteContext): Promise<Reply> {
  assertCodex(parameters['provider'] ?? '')
  const wasThere = await operations.logOut(user)
  return {body: {status: 'ok', message: describeLogout(wasThere, language)}}
}

async function logOutAccount({body, operations, user}: RouteContext): Promise<Reply> {
  const providerId = readProviderId(body)
  await operations.logOut(user)
  return {
    body: {
      provider_id: providerId,
      status: 'PROVIDER_AUTH_REVOKED',
      auth_mode: 'none',
      auth_ref: null,
    },
  }
}

async function refresh({body, operations, signal, user}: RouteContext): Promise<Reply> {
  const providerId = readProviderId(body)
  // A token from a page would be a token that the page knows.
  if (body['account_token'] !== undefined && body['account_token'] !== null) {
    throw new ConnectorError('bad_request')
  }
  const {authRef} = await operations.refresh(user, signal)
  return {
    body: {
      provider_id: providerId,
      status: 'PROVIDER_AUTH_APPROVED',
      auth_mode: 'account',
      auth_ref: authRef,
    },
  }
}

async function storeApiKey({body, operations, parameters, user}: RouteContext): Promise<Reply> {
  const {provider: providerId = ''} = parameters
  assertCodex(providerId)
  const apiKey = toText(body['api_key'])?.trim()
  const baseUrl = toText(body['base_url'])
  if (apiKey === undefined || !/^[!-~]{8,500}$/.test(apiKey))
    throw new ConnectorError('bad_request')
  const entry = {providerId, apiKey, ...(baseUrl !== undefined && {baseUrl})}
  const active = await operations.loginWithApiKey(user, entry)
  return {body: {provider_id: providerId, status: 'stored', active}}
}

async function getProvider({providers, user}: RouteContext): Promise<Reply> {
  if (!providers) throw new ConnectorError('not_found')
  return {body: await providers.read(user)}
}

/** An account that is not connected cannot be the active provider, and a simulated one never can. */
async function saveProvider(context: RouteContext): Promise<Reply> {
  const {body, isAccountModeEnabled, operations, providers, user} = context
  if (!providers) throw new ConnectorError('not_found')
  if (body['auth_mode'] !== 'account') {
    await providers.save(user, body)
    return {body: await providers.read(user)}
  }
  if (!isAccountModeEnabled) throw new ConnectorError('feature_disabled')
  assertCodex(toText(body['provider_type']) ?? 'codex')
  const {account, isAuthenticated, method} = await operations.getStatus(user)
  if (!isAuthenticated || method !== 'chatgpt') throw new ConnectorError('account_required')
  await providers.save(user, {...body, auth_ref: account?.authRef ?? null})
  return {body: await providers.read(user)}
}
