/**
 * What arrived, for tests, and for whoever looks for a bug.
 *
 * @module
 */

/** Kept requests, with their bodies; the oldest go first. */
const CAPACITY = 500

/** Headers that hold no secret and say how a client behaves. */
const SHOWN_HEADERS = [
  'accept',
  'accept-encoding',
  'chatgpt-account-id',
  'content-encoding',
  'content-type',
  'conversation_id',
  'openai-beta',
  'originator',
  'session-id',
  'session_id',
  'thread-id',
  'upgrade',
  'user-agent',
  'version',
  'x-client-request-id',
  'x-codex-beta-features',
  'x-codex-routing-hint',
  'x-codex-turn-state',
  'x-codex-window-id',
  'x-openai-internal-codex-responses-lite',
  // Of a message of a WebSocket, by the simulator itself.
  'x-simulator-bytes',
  'x-simulator-connection',
  'x-simulator-new-items',
  'x-simulator-warm-up',
]

/** One request that arrived. It holds no token, code or verifier. */
export interface RecordedRequest {
  /** Counts from 1. */
  readonly id: number
  readonly method: string
  readonly path: string
  /** Query of a backend request; other queries hold codes. */
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  /** When it arrived (milliseconds since the Unix epoch). */
  readonly atMs: number
  /** The decoded JSON of a `/responses` request; of other bodies the fields that are no secret. */
  body: unknown
  /** Email of the account that the token names. */
  account: string | undefined
  /** Kind of the fault that was applied. */
  fault: string | undefined
  /** Status of the answer; `undefined` as long as there is none. */
  status: number | undefined
  /** What the answer came to, where its status says too little; see `Simulator.counts`. */
  outcome: string | undefined
  /** When the first text of the answer was sent (milliseconds since the Unix epoch). */
  firstTextAtMs: number | undefined
  /** The client went away before it had the whole answer. */
  closedEarly: boolean
}

/** The requests that arrived. */
export interface RequestLog {
  list(): readonly RecordedRequest[]
  /** Makes the record of a request, and keeps it if it is to be listed. */
  start(request: Request, atMs: number, options: {readonly isListed: boolean}): RecordedRequest
  clear(): void
}

/** Makes an empty log. */
export function createRequestLog(): RequestLog {
  const requests: RecordedRequest[] = []
  let lastId = 0
  return {
    list: () => requests,
    start: (request, atMs, {isListed}) => {
      if (!isListed) return toRecord(request, 0, atMs)
      lastId += 1
      const record = toRecord(request, lastId, atMs)
      requests.push(record)
      if (requests.length > CAPACITY) requests.shift()
      return record
    },
    clear: () => {
      requests.length = 0
    },
  }
}

function toRecord(request: Request, id: number, atMs: number): RecordedRequest {
  const {pathname, search} = new URL(request.url)
  const shown = SHOWN_HEADERS.flatMap((name) => {
    const value = request.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  return {
    id,
    method: request.method,
    path: pathname,
    query: pathname.startsWith('/backend-api/') ? search : '',
    headers: Object.fromEntries(shown),
    atMs,
    body: undefined,
    account: undefined,
    fault: undefined,
    status: undefined,
    outcome: undefined,
    firstTextAtMs: undefined,
    closedEarly: false,
  }
}
