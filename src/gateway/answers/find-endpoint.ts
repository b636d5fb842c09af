/**
 * Which part of OpenAI's API, or of the backend, a path means.
 *
 * @module
 */
import type {RequestHead} from '../exchange/exchange.ts'

/** What a request is for. */
export type Endpoint =
  /** Answered by the engine; the path is the one that it knows. */
  | {readonly kind: 'engine'; readonly path: string}
  | {readonly kind: 'compact'}
  /** Of the Messages API. */
  | {readonly kind: 'messages'}
  | {readonly kind: 'count-tokens'}
  | {readonly kind: 'models'}
  | {readonly kind: 'model'; readonly id: string}
  | {readonly kind: 'pool-usage'}
  /** A call of the official client that is none of ours: the path is below the backend's base URL. */
  | {readonly kind: 'backend'; readonly path: string}
  | OtherMethod
  | {readonly kind: 'unknown'}

/** What is there, but for other methods than the one that was asked. */
interface OtherMethod {
  readonly kind: 'other-method'
  /** What the other methods are for. A key has to be good for it here as well. */
  readonly of: Exclude<Endpoint, OtherMethod>
  readonly allow: readonly string[]
}

/** In front of the paths of OpenAI's API. Clients write any of them. */
const API_PREFIX = /^\/(?:v1|backend-api\/codex)(?=\/|$)/

/** In front of the other paths of the backend. */
const BACKEND_PREFIX = '/backend-api'

const ENGINE_PATHS: ReadonlySet<string> = new Set([
  '/chat/completions',
  '/images/edits',
  '/images/generations',
  '/responses',
])

const OTHER_PATHS: ReadonlyMap<string, 'compact' | 'count-tokens' | 'messages'> = new Map([
  ['/messages', 'messages'],
  ['/messages/count_tokens', 'count-tokens'],
  ['/responses/compact', 'compact'],
] as const)

/** `HEAD` is answered like `GET`, without the body (RFC 9110 §9.3.2). */
export const READING: readonly string[] = ['GET', 'HEAD']

const USAGE_PATHS: ReadonlySet<string> = new Set([
  '/api/codex/usage',
  '/backend-api/codex/usage',
  '/backend-api/wham/usage',
])

/** Finds it. What is below a path of ours and nothing that we know is passed on for the official client only. */
export function findEndpoint(head: Pick<RequestHead, 'headers' | 'method' | 'path'>): Endpoint {
  const {method} = head
  const path = head.path.replace(/(?<=[^/])\/+$/, '')
  if (USAGE_PATHS.has(path)) return forMethods(READING, method, {kind: 'pool-usage'})
  const isApi = API_PREFIX.test(path)
  const name = path.replace(API_PREFIX, '')
  const own = findOwn(method, name)
  if (own) return own
  if (!isApi && path.startsWith(`${BACKEND_PREFIX}/`)) {
    return {kind: 'backend', path: path.slice(BACKEND_PREFIX.length)}
  }
  const isOfCodex = path.startsWith(`${BACKEND_PREFIX}/`) || isCodexClient(head.headers)
  return isOfCodex && name !== '' ? {kind: 'backend', path: `/codex${name}`} : {kind: 'unknown'}
}

function findOwn(method: string, name: string): Endpoint | undefined {
  const kind = OTHER_PATHS.get(name)
  if (kind !== undefined) return forMethods(['POST'], method, {kind})
  if (ENGINE_PATHS.has(name)) return forMethods(['POST'], method, {kind: 'engine', path: name})
  if (name === '/models') return forMethods(READING, method, {kind: 'models'})
  const [, id] = /^\/models\/(.+)$/.exec(name) ?? []
  return id === undefined
    ? undefined
    : forMethods(READING, method, {kind: 'model', id: decodeLoosely(id)})
}

function forMethods(
  allow: readonly string[],
  method: string,
  of: Exclude<Endpoint, OtherMethod>,
): Endpoint {
  return allow.includes(method) ? of : {kind: 'other-method', of, allow}
}

/** Whether the official client asks, by the names that it gives itself. */
export function isCodexClient(headers: RequestHead['headers']): boolean {
  const {originator, 'user-agent': userAgent = ''} = headers
  return (typeof originator === 'string' && /^codex/i.test(originator)) || /^codex/i.test(userAgent)
}

/** Whether a client of the Messages API asks, which reads errors and lists in the form of that API. */
export function isMessagesClient({headers, path}: Pick<RequestHead, 'headers' | 'path'>): boolean {
  return headers['anthropic-version'] !== undefined || /^(?:\/v1)?\/messages(?:\/|$)/.test(path)
}

function decodeLoosely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
