/**
 * Who asks the gateway: a client with a key, or the official client with the login of one of the accounts.
 *
 * @module
 */
import {findEndpoint, type Endpoint} from '../answers/find-endpoint.ts'
import type {Clock} from '../../base/clock.ts'
import {readBearer} from '../../http/bearer.ts'
import type {CheckClient, ClientCheck, GatewayClient, RequestHead} from '../exchange/exchange.ts'
import type {AccountLogins} from './account-logins.ts'
import {isExpired, isKey, type ClientKey, type KeyScope} from './client-key.ts'
import type {KeyRing} from './key-ring.ts'

/** What clients are checked against. */
export interface ClientCheckOptions {
  readonly keys: Pick<KeyRing, 'find'>
  readonly logins: Pick<AccountLogins, 'isKnown'>
  readonly now: Clock
}

/** The official client, whichever of the logins it has. */
const CODEX: GatewayClient = {id: 'codex', name: 'Codex', class: 'interactive'}

const MISSING =
  'This gateway wants a client key: Authorization: Bearer cao_… Make one with `cao gateway keys add <name>`.'

const METRICS_PATH = '/metrics'

/** Addresses beside the API, whoever asks. */
const OPEN_PATHS: ReadonlySet<string> = new Set([METRICS_PATH, '/openapi.json'])

const SCOPES: Readonly<Record<Exclude<Endpoint['kind'], 'other-method'>, KeyScope | undefined>> = {
  backend: 'codex',
  compact: 'answers',
  'count-tokens': 'answers',
  engine: 'answers',
  messages: 'answers',
  model: undefined,
  models: undefined,
  'pool-usage': 'codex',
  unknown: undefined,
}

/** Creates the check of clients. */
export function createClientCheck({keys, logins, now}: ClientCheckOptions): CheckClient {
  return async (head) => {
    const secret = readSecret(head)
    if (secret === undefined) return refused(401, MISSING)
    if (isKey(secret)) {
      const key = await keys.find(secret)
      return key
        ? checkKey(key, head, now())
        : refused(401, `This client key is none (any more). ${MISSING}`)
    }
    if (await logins.isKnown(secret)) return {kind: 'client', client: CODEX}
    return refused(401, toForeign(secret))
  }
}

/**
 * For a gateway that hands on the login of its clients, which have no key: the metrics name its accounts, and are for
 * whoever has one.
 *
 * @param otherClient Who asks for anything else.
 */
export function createMetricsCheck(
  checkClient: CheckClient,
  otherClient: GatewayClient,
): CheckClient {
  return (head) =>
    head.path === METRICS_PATH ? checkClient(head) : {kind: 'client', client: otherClient}
}

function checkKey(key: ClientKey, head: RequestHead, nowMs: number): ClientCheck {
  const {class: clientClass, id, models, name} = key
  if (isExpired(key, nowMs)) {
    return refused(
      401,
      `The client key ${name} has expired. Make one with \`cao gateway keys add\`.`,
    )
  }
  const scope = findScope(head)
  if (scope !== undefined && !key.scopes.includes(scope)) {
    return refused(403, `The client key ${name} is not for ${scope}.`)
  }
  return {kind: 'client', client: {id, name, class: clientClass, ...(models && {models})}}
}

/** What a key has to be good for; `undefined` where any key will do, also for what is not there. */
function findScope(head: RequestHead): KeyScope | undefined {
  if (OPEN_PATHS.has(head.path)) return undefined
  // An upgrade asks for what a POST to the same path would answer.
  const {headers, method, path} = head
  const found = findEndpoint({headers, path, method: headers.upgrade ? 'POST' : method})
  const endpoint = found.kind === 'other-method' ? found.of : found
  const isImage = endpoint.kind === 'engine' && endpoint.path.startsWith('/images/')
  return isImage ? 'images' : SCOPES[endpoint.kind]
}

/** Clients of other APIs show their key in other headers. */
function readSecret({headers}: Pick<RequestHead, 'headers'>): string | undefined {
  const bearer = readBearer(headers.authorization)
  const other = headers['x-api-key'] ?? headers['api-key']
  return bearer ?? (typeof other === 'string' && other !== '' ? other : undefined)
}

function toForeign(secret: string): string {
  const isLogin = secret.split('.').length === 3
  return isLogin
    ? 'The login of this Codex is none of the accounts of the gateway. Add it with `cao add <name>`, or run `cao gateway enable` again, which makes a client key for it.'
    : MISSING
}

function refused(status: 401 | 403, message: string): ClientCheck {
  return {kind: 'refused', status, message}
}
