/**
 * Faults by script: what the next answers of an endpoint become instead.
 *
 * @module
 */
import * as z from 'zod'

/** The endpoints that a fault, or a look at the requests, can name. */
export const ENDPOINT_NAMES = [
  'authorize',
  'token',
  'revoke',
  'device-user-code',
  'device-token',
  'device-page',
  'discovery',
  'jwks',
  'responses',
  'responses-upgrade',
  'responses-message',
  'images',
  'models',
  'usage',
  'accounts-check',
  'app-authorize',
  'app-token',
  'app-revoke',
  'app-models',
  'app-responses',
] as const

/** An endpoint of the simulator. */
export type EndpointName = (typeof ENDPOINT_NAMES)[number]

const count = z.int().min(0)

const common = {
  /** A name, or method and path such as `POST /backend-api/codex/responses`. */
  endpoint: z.union([
    z.enum(ENDPOINT_NAMES),
    z.string().regex(/^[A-Z]+ \//, 'Name an endpoint, or write a method and a path: "GET /path"'),
  ]),
  /** How many answers. Default 1. */
  times: z.int().positive().optional(),
  /** Only for this account (email or workspace id). */
  account: z.string().optional(),
}

/** One fault. `kind` says what happens; everything else has a default. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** Another status, body and headers. A body that is not a string is sent as JSON. */
  z.strictObject({
    ...common,
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  /** The connection drops: at once, or after so many bytes of the body, or so many events. */
  z.strictObject({
    ...common,
    kind: z.literal('cut'),
    afterBytes: count.optional(),
    afterEvents: count.optional(),
  }),
  /** Nothing comes: before the headers, or after so many events; for ever, or for a while. */
  z.strictObject({
    ...common,
    kind: z.literal('stall'),
    afterEvents: count.optional(),
    forMs: count.optional(),
  }),
  /** Every event waits. */
  z.strictObject({...common, kind: z.literal('slow'), delayMs: count}),
  /** A 200 that ends with an `error` event. */
  z.strictObject({
    ...common,
    kind: z.literal('error-event'),
    error: z.looseObject({message: z.string()}),
    status: z.int().optional(),
    afterEvents: count.optional(),
  }),
  /** A 200 that ends with `response.failed`. */
  z.strictObject({
    ...common,
    kind: z.literal('response-failed'),
    error: z.looseObject({code: z.string(), message: z.string()}),
    afterEvents: count.optional(),
  }),
  /** A 200 that ends with `response.incomplete`. */
  z.strictObject({
    ...common,
    kind: z.literal('response-incomplete'),
    reason: z.string().optional(),
  }),
  /** The event at this position (from 0) is not JSON. */
  z.strictObject({...common, kind: z.literal('malformed-event'), atEvent: count.optional()}),
  z.strictObject({
    ...common,
    kind: z.literal('line-endings'),
    lineEnding: z.enum(['cr', 'crlf']),
  }),
  /** Every byte is a chunk of its own. */
  z.strictObject({...common, kind: z.literal('byte-by-byte')}),
  /** The stream ends, in good order, without its terminal event. */
  z.strictObject({...common, kind: z.literal('no-terminal-event')}),
  /** A WebSocket is closed with this code: at once, or after so many events. */
  z.strictObject({
    ...common,
    kind: z.literal('close'),
    code: z.int().min(1000).max(4999),
    afterEvents: count.optional(),
  }),
  /** A WebSocket's message at this position (from 0) is binary. */
  z.strictObject({...common, kind: z.literal('binary-message'), atEvent: count.optional()}),
  /** `response.done` in the place of `response.completed`. */
  z.strictObject({...common, kind: z.literal('response-done')}),
])

/** One fault. */
export type Fault = z.infer<typeof faultSchema>

/** A request, as far as faults look at it. */
export interface FaultTarget {
  readonly name: EndpointName | undefined
  readonly method: string
  readonly path: string
  /** Email and workspace id of the account, when it is known. */
  readonly accountNames: readonly string[]
}

/** A fault that waits, and for how many more answers. */
export interface PendingFault {
  readonly fault: Fault
  readonly remaining: number
}

/** The faults that wait. The oldest one that fits a request is used first. */
export interface FaultQueue {
  list(): readonly PendingFault[]
  add(fault: Fault): void
  /** Uses a fault up for one request. */
  take(target: FaultTarget): Fault | undefined
  clear(): void
}

/** Makes a queue without faults. */
export function createFaultQueue(): FaultQueue {
  let pending: readonly PendingFault[] = []
  return {
    list: () => pending,
    add: (fault) => {
      pending = [...pending, {fault, remaining: fault.times ?? 1}]
    },
    take: (target) => {
      const taken = pending.find(({fault}) => isMeant(fault, target))
      if (!taken) return undefined
      pending = pending
        .map((one) => (one === taken ? {...one, remaining: one.remaining - 1} : one))
        .filter(({remaining}) => remaining > 0)
      return taken.fault
    },
    clear: () => {
      pending = []
    },
  }
}

function isMeant(fault: Fault, target: FaultTarget): boolean {
  const isEndpoint =
    fault.endpoint === target.name || fault.endpoint === `${target.method} ${target.path}`
  return isEndpoint && (fault.account === undefined || target.accountNames.includes(fault.account))
}
