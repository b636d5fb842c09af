/**
 * What is kept of a request, and how it stands in a file: facts and numbers, never a word of it and never a secret.
 *
 * @module
 */
import {toJsonObject} from '../../base/json-object.ts'

/** What an answer used, in tokens. */
export interface TokenCounts {
  readonly input: number
  /** Part of the input that was in the backend's cache. */
  readonly cached: number
  readonly output: number
  /** Part of the output. */
  readonly reasoning: number
}

/** What it cost that a conversation went over to another account. Shares are from 0 to 100. */
export interface SwitchCost {
  /** Share of the input that was cached in the last answer of the account before. */
  readonly cachedPercentBefore: number
  /** The same, in this answer. */
  readonly cachedPercentAfter: number
  /** Tokens of this input that would have been cached. */
  readonly lostTokens: number
}

/** Who is meant, for programs and for users. */
export interface NamedParty {
  readonly id: string
  readonly label: string
}

/** A request that has ended. */
export interface FinishedRequest {
  readonly id: string
  /** When it came (milliseconds since the Unix epoch). */
  readonly startedAtMs: number
  readonly client: NamedParty
  /** The last part of its path, for example `responses`. */
  readonly endpoint: string
  /** HTTP status; 499 when the client left before there was one. */
  readonly status: number
  /** What went wrong, for example `ERR_USAGE_LIMIT_REACHED`; also behind a status of 200. */
  readonly code?: string | undefined
  /** As it was sent; absent when nothing was. */
  readonly model?: string | undefined
  readonly askedEffort?: string | undefined
  readonly effort?: string | undefined
  /** From the beginning to the first word, in milliseconds; absent when there was none. */
  readonly firstWordMs?: number | undefined
  /** From the beginning to the last byte, in milliseconds. */
  readonly durationMs: number
  readonly tokens?: TokenCounts | undefined
  /** Who answered. */
  readonly account?: NamedParty | undefined
  /** The kind of its `ChoiceReason`. */
  readonly reason?: string | undefined
  /** The same as a sentence. */
  readonly why?: string | undefined
  /** The account that it did not go to or could not stay with, when it was a switch. */
  readonly switchedFrom?: NamedParty | undefined
  readonly switchCost?: SwitchCost | undefined
  /** Whether the API key of the user's overflow answered, which costs money. */
  readonly isPaid?: boolean | undefined
}

/** One request as it stands in a file. The names are short because there are hundreds of thousands of them. */
export interface RequestLine {
  readonly t: number
  readonly id: string
  readonly c: string
  readonly p: string
  readonly s: number
  readonly x?: string | undefined
  readonly m?: string | undefined
  readonly q?: string | undefined
  readonly e?: string | undefined
  readonly f?: number | undefined
  readonly d: number
  /** Input, cached, output, reasoning. */
  readonly k?: readonly [number, number, number, number] | undefined
  readonly a?: string | undefined
  readonly y?: string | undefined
  readonly w?: string | undefined
  readonly o?: string | undefined
  /** Cached share before and after, tokens lost. */
  readonly l?: readonly [number, number, number] | undefined
  readonly $?: 1 | undefined
}

/** Gives the short key of a party. */
export type ToKey = (party: NamedParty) => string

/** Kinds of reasons whose sentence says nothing that the kind and the account do not. Most requests have one of them. */
const PLAIN: ReadonlySet<string> = new Set(['first-in-order', 'next-in-turn', 'only', 'stays'])

/** The request as a line of the file. */
export function toRequestLine(request: FinishedRequest, toKey: ToKey): RequestLine {
  const {account, switchCost, switchedFrom, tokens} = request
  return {
    t: request.startedAtMs,
    id: request.id,
    c: toKey(request.client),
    p: request.endpoint,
    s: request.status,
    x: request.code,
    m: request.model,
    q: request.askedEffort === request.effort ? undefined : request.askedEffort,
    e: request.effort,
    f: request.firstWordMs,
    d: request.durationMs,
    k: tokens && [tokens.input, tokens.cached, tokens.output, tokens.reasoning],
    a: account && toKey(account),
    y: request.reason,
    w: PLAIN.has(request.reason ?? '') ? undefined : request.why,
    o: switchedFrom && toKey(switchedFrom),
    l: switchCost && [
      switchCost.cachedPercentBefore,
      switchCost.cachedPercentAfter,
      switchCost.lostTokens,
    ],
    $: request.isPaid === true ? 1 : undefined,
  }
}

/**
 * Whether `value` is what {@link toRequestLine} gives. Only what every line has is looked at: a schema would take 0.6 s
 * for a part of 20,000 lines, measured on 2026-11-30.
 */
export function isRequestLine(value: unknown): value is RequestLine {
  const {c, d, id, p, s, t} = toJsonObject(value)
  return [c, id, p].every((text) => typeof text === 'string') && [d, s, t].every(Number.isFinite)
}

/** The request of a line. */
export function fromRequestLine(
  entry: RequestLine,
  toParty: (key: string) => NamedParty,
): FinishedRequest {
  const {a, k, l, o} = entry
  return {
    id: entry.id,
    startedAtMs: entry.t,
    client: toParty(entry.c),
    endpoint: entry.p,
    status: entry.s,
    code: entry.x,
    model: entry.m,
    askedEffort: entry.q ?? entry.e,
    effort: entry.e,
    firstWordMs: entry.f,
    durationMs: entry.d,
    tokens: k && {input: k[0], cached: k[1], output: k[2], reasoning: k[3]},
    account: a === undefined ? undefined : toParty(a),
    reason: entry.y,
    why: entry.w,
    switchedFrom: o === undefined ? undefined : toParty(o),
    switchCost: l && {cachedPercentBefore: l[0], cachedPercentAfter: l[1], lostTokens: l[2]},
    isPaid: entry.$ === 1,
  }
}
