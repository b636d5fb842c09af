/**
 * Every address of a simulator.
 *
 * @module
 */
import {answerAppModels, answerAppResponses} from './app-api/app-endpoints.ts'
import {decideConsent, showConsentPage} from './auth/app/app-authorize-endpoint.ts'
import {answerAppRevoke, answerAppToken} from './auth/app/app-token-endpoint.ts'
import {answerAccountsCheck, answerUsage} from './usage/account-endpoints.ts'
import {decideAuthorization, showAuthorizePage} from './auth/authorize-endpoint.ts'
import * as control from './control/control-endpoints.ts'
import * as device from './auth/device-endpoints.ts'
import {answerDiscovery, answerJwks} from './auth/discovery-endpoints.ts'
import type {EndpointName} from './state/fault.ts'
import {showHomePage} from './home-page.ts'
import {answerImageEdit, answerImageGeneration} from './images/images-endpoints.ts'
import {answerModels} from './models/models-endpoint.ts'
import {answerResponses, answerUpgrade} from './responses/responses-endpoint.ts'
import type {Endpoint} from './state/simulation.ts'
import {answerRevoke, answerToken} from './auth/token-endpoint.ts'

/** One address. */
export interface Route {
  /** What faults call it; a control has no name, because it never fails. */
  readonly name?: EndpointName
  readonly method: string
  readonly path: string
  readonly endpoint: Endpoint
  /** Only for pages of this computer, as every control is. */
  readonly isGuarded?: true
}

/** What stands in the place of a method where a message of a WebSocket asks. No request can have it. */
export const MESSAGE_METHOD = 'MESSAGE'

const BACKEND = '/backend-api'
const CONTROL = '/_simulator'

// One address a line reads as a table.
// oxfmt-ignore
const ROUTES: readonly Route[] = [
  {name: 'authorize', method: 'GET', path: '/oauth/authorize', endpoint: showAuthorizePage, isGuarded: true},
  {name: 'authorize', method: 'POST', path: '/oauth/authorize', endpoint: decideAuthorization, isGuarded: true},
  {name: 'token', method: 'POST', path: '/oauth/token', endpoint: answerToken},
  {name: 'revoke', method: 'POST', path: '/oauth/revoke', endpoint: answerRevoke},
  {name: 'device-user-code', method: 'POST', path: '/api/accounts/deviceauth/usercode', endpoint: device.answerUserCode},
  {name: 'device-token', method: 'POST', path: '/api/accounts/deviceauth/token', endpoint: device.answerDevicePoll},
  {name: 'device-page', method: 'GET', path: '/codex/device', endpoint: device.showDevicePage, isGuarded: true},
  {name: 'device-page', method: 'POST', path: '/codex/device', endpoint: device.approveDevice, isGuarded: true},
  {name: 'discovery', method: 'GET', path: '/.well-known/openid-configuration', endpoint: answerDiscovery},
  {name: 'discovery', method: 'GET', path: '/.well-known/oauth-authorization-server', endpoint: answerDiscovery},
  {name: 'jwks', method: 'GET', path: '/.well-known/jwks.json', endpoint: answerJwks},
  {name: 'responses', method: 'POST', path: `${BACKEND}/codex/responses`, endpoint: answerResponses},
  {name: 'responses-upgrade', method: 'GET', path: `${BACKEND}/codex/responses`, endpoint: answerUpgrade},
  {name: 'responses-message', method: MESSAGE_METHOD, path: `${BACKEND}/codex/responses`, endpoint: answerResponses},
  {name: 'images', method: 'POST', path: `${BACKEND}/codex/images/generations`, endpoint: answerImageGeneration},
  {name: 'images', method: 'POST', path: `${BACKEND}/codex/images/edits`, endpoint: answerImageEdit},
  {name: 'models', method: 'GET', path: `${BACKEND}/codex/models`, endpoint: answerModels},
  {name: 'usage', method: 'GET', path: `${BACKEND}/wham/usage`, endpoint: answerUsage},
  {name: 'usage', method: 'GET', path: `${BACKEND}/codex/usage`, endpoint: answerUsage},
  {name: 'accounts-check', method: 'GET', path: `${BACKEND}/wham/accounts/check`, endpoint: answerAccountsCheck},
  {name: 'app-authorize', method: 'GET', path: '/api/accounts/authorize', endpoint: showConsentPage, isGuarded: true},
  {name: 'app-authorize', method: 'POST', path: '/api/accounts/authorize', endpoint: decideConsent, isGuarded: true},
  {name: 'app-token', method: 'POST', path: '/api/accounts/oauth/token', endpoint: answerAppToken},
  {name: 'app-revoke', method: 'POST', path: '/api/accounts/oauth/revoke', endpoint: answerAppRevoke},
  {name: 'app-models', method: 'GET', path: '/v1/models', endpoint: answerAppModels},
  {name: 'app-responses', method: 'POST', path: '/v1/responses', endpoint: answerAppResponses},
  {method: 'GET', path: '/', endpoint: showHomePage, isGuarded: true},
  {method: 'GET', path: `${CONTROL}/requests`, endpoint: control.listRequests},
  {method: 'GET', path: `${CONTROL}/counts`, endpoint: control.listCounts},
  {method: 'GET', path: `${CONTROL}/faults`, endpoint: control.listFaults},
  {method: 'POST', path: `${CONTROL}/faults`, endpoint: control.addFault},
  {method: 'DELETE', path: `${CONTROL}/faults`, endpoint: control.clearFaults},
  {method: 'GET', path: `${CONTROL}/answers`, endpoint: control.listAnswers},
  {method: 'POST', path: `${CONTROL}/answers`, endpoint: control.addAnswer},
  {method: 'DELETE', path: `${CONTROL}/answers`, endpoint: control.clearAnswers},
  {method: 'GET', path: `${CONTROL}/accounts`, endpoint: control.listAccounts},
  {method: 'POST', path: `${CONTROL}/accounts`, endpoint: control.addAccount},
  {method: 'PATCH', path: `${CONTROL}/accounts`, endpoint: control.patchAccount},
  {method: 'POST', path: `${CONTROL}/reset`, endpoint: control.answerReset},
]

/** True for the addresses that steer the simulator. */
export function isControlPath(path: string): boolean {
  return path.startsWith(`${CONTROL}/`)
}

/** The methods that an address takes; none where there is no such address. */
export function listMethods(path: string): readonly string[] {
  const methods = ROUTES.filter((route) => route.path === path).map(({method}) => method)
  return methods.filter((method) => method !== MESSAGE_METHOD)
}

/** Finds the route of a request. */
export function findRoute(method: string, path: string): Route | undefined {
  return ROUTES.find((route) => route.method === method && route.path === path)
}
