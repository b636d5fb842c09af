/**
 * What a refusal is about, whichever clothes it comes in. It decides who may do better: nobody, the same account later,
 * the same account with another token, or another account.
 *
 * @module
 */
import type {BackendRefusal} from '../errors.ts'

/**
 * What a refusal is about: the access token; an account or workspace that was closed; a plan without Codex, or without
 * the model; an account without credits; a window that is used up; too many requests at once; a server that cannot
 * answer now; what was asked (`policy`); how it was asked (`request`).
 */
export type RefusalKind =
  | 'busy'
  | 'deactivated'
  | 'login'
  | 'model'
  | 'no_credits'
  | 'not_included'
  | 'policy'
  | 'rate_limit'
  | 'request'
  | 'usage_limit'

/** Codes and types by what they are about. The first that fits counts. */
const KINDS: readonly (readonly [RefusalKind, RegExp])[] = [
  [
    'usage_limit',
    /^(?:usage_limit_(?:reached|exceeded)|workspace_\w{1,40}_(?:credits_depleted|usage_limit_reached))$/,
  ],
  [
    'not_included',
    /^(?:usage_not_included|insufficient_scope)$|not_(?:included|entitled)|(?:plan|subscription)_(?:required|not_supported)|upgrade_required|codex_(?:not_enabled|disabled|access_denied)/,
  ],
  [
    'policy',
    /(?:bio|cyber|content|safety|usage)_polic|policy_violation|^invalid_prompt$|content_filter|moderation|(?:content|prompt|input)_(?:flagged|blocked)/,
  ],
  [
    'deactivated',
    /(?:account|workspace|user|organization|org)_(?:is_)?(?:deactivated|disabled|suspended|banned|flagged|terminated|deleted|locked|blocked)|deactivated_(?:account|workspace|user|organization)|(?:account|user|workspace|organization)_not_found|^invalid_(?:account|workspace|organization)$/,
  ],
  [
    'no_credits',
    /^insufficient_(?:quota|credits|funds)|credits_(?:depleted|exhausted)|billing_|^payment_required$/,
  ],
  ['rate_limit', /rate_limit|^too_many_requests$/],
  [
    'busy',
    /overloaded|^slow_down$|over_capacity|^at_capacity$|unavailable|^(?:server|internal(?:_server)?|api)_error$|timeout/,
  ],
  [
    'login',
    /token_(?:invalid\w{0,6}|expired|revoked)|(?:invalid|expired|revoked)_(?:access_)?token|invalid_api_key|session_(?:invalid\w{0,6}|expired|revoked|terminated)|^(?:unauthorized|unauthenticated|not_authenticated|authentication_error|invalid_authentication|authentication_required|login_required)$/,
  ],
  [
    'model',
    /^model_(?:not_(?:found|supported|available|included|allowed)|access_denied|unavailable)$|^unsupported_model$/,
  ],
  [
    'request',
    /^context_length_exceeded$|^(?:invalid|unsupported|missing|unknown)_(?!request_error$)|_(?:above|below)_m(?:ax|in)|too_(?:large|long|small|short)|_not_(?:found|allowed|supported)$|^(?:forbidden|permission_denied|access_denied)$|_parse_error$/,
  ],
]

/** What a status is about where no code says it. */
const KIND_BY_STATUS: ReadonlyMap<number, RefusalKind> = new Map([
  [401, 'login'],
  [402, 'no_credits'],
  [408, 'busy'],
  [429, 'rate_limit'],
])

/** The statuses that a refusal of a kind may have; the first is for one that has another. */
const STATUSES: Readonly<Record<RefusalKind, readonly number[]>> = {
  busy: [503],
  deactivated: [403, 402, 401],
  login: [401],
  model: [400, 403, 404],
  no_credits: [402, 403],
  not_included: [403, 402],
  policy: [400, 403],
  rate_limit: [429],
  request: [400, 403, 404, 409, 413, 415, 422],
  usage_limit: [429],
}

/** What types stand for that say no more than a status does, where there is none. */
const STATUS_BY_TYPE: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['not_found_error', 404],
  ['permission_error', 403],
])

/** What one of the codes is about; `undefined` when none is known. */
export function findRefusalKind(
  ...codes: readonly (string | undefined)[]
): RefusalKind | undefined {
  for (const code of codes) {
    const [kind] = KINDS.find(([, pattern]) => pattern.test(code?.toLowerCase() ?? '')) ?? []
    if (kind) return kind
  }
  return undefined
}

/** What the refusal is about; `undefined` when neither its codes nor its status say. */
export function toRefusalKind({code, status, type}: BackendRefusal): RefusalKind | undefined {
  const kind = findRefusalKind(code, type) ?? KIND_BY_STATUS.get(status)
  return kind ?? (status >= 500 ? 'busy' : undefined)
}

/**
 * The status that a refusal has. A code knows better than a status, which a proxy may have changed.
 *
 * @param told What the backend said; `undefined` when it said none.
 */
export function toRefusalStatus(
  {code, type = ''}: Pick<BackendRefusal, 'code' | 'type'>,
  told: number | undefined,
): number {
  const kind = findRefusalKind(code, type)
  if (kind === undefined) return told ?? STATUS_BY_TYPE.get(type) ?? 502
  const [usual = 502] = STATUSES[kind]
  const isFitting = told !== undefined && (STATUSES[kind].includes(told) || isBusy(kind, told))
  return isFitting ? told : usual
}

function isBusy(kind: RefusalKind, status: number): boolean {
  return kind === 'busy' && (status >= 500 || status === 408)
}
