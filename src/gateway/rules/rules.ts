/**
 * What the user wants of the gateway beyond its settings: reserves, messages, budgets and overflow.
 *
 * @module
 */
import * as z from 'zod/mini'

const percent = z.number().check(z.gte(0), z.lte(100))
const count = z.int().check(z.gte(1))
const epochMs = z.int().check(z.gte(0))

/** Windows a reserve can be kept of, and budgets counted over. */
const reserve = z.object({
  /** Id of the account. */
  accountId: z.string(),
  /** Length of the window, by which it is known. */
  windowSeconds: count,
  /** How much of the window is kept, 0 to 100. */
  keepPercent: percent,
  /** Whether use is also held to an even pace, so that the window is used up at its reset and not before. */
  isPaced: z.boolean(),
  /** Whose requests may not use it. */
  from: z.enum(['background', 'everybody']),
})

const goOn = z.object({
  accountId: z.string(),
  /** Until when nothing of the account is kept (milliseconds since the Unix epoch). */
  untilMs: epochMs,
})

/** What messages are about. */
export const MESSAGE_TOPICS = ['exhausted', 'back', 'login-needed', 'switched'] as const

const receiver = z.object({
  /** Short, and unique. */
  id: z.string(),
  kind: z.enum(['ntfy', 'webhook']),
  /** May hold a secret: it is never shown whole. */
  url: z.string(),
  topics: z.array(z.enum(MESSAGE_TOPICS)),
})

const budget = z.object({
  /** All keys of this owner count together. */
  owner: z.string(),
  per: z.enum(['day', 'week', 'month']),
  requests: z.optional(count),
  /** Input and output together. */
  tokens: z.optional(count),
})

const overflow = z.object({
  /** Where the key is read: a file that only this user can read, or a variable of the gateway's environment. */
  keyFrom: z.discriminatedUnion('kind', [
    z.object({kind: z.literal('file'), path: z.string()}),
    z.object({kind: z.literal('variable'), name: z.string()}),
  ]),
  /** Base URL without a slash at its end. */
  baseUrl: z.string(),
  /** The most that may be paid for on one day, input and output together. */
  tokensPerDay: count,
})

const rules = z.object({
  reserves: z.optional(z.array(reserve)),
  goOn: z.optional(z.array(goOn)),
  receivers: z.optional(z.array(receiver)),
  budgets: z.optional(z.array(budget)),
  overflow: z.optional(overflow),
})

/** "Keep 20 % of the week of this account for interactive use." */
export type Reserve = Readonly<z.infer<typeof reserve>>
/** "Go on for now": nothing of the account is kept for a while. */
export type GoOn = Readonly<z.infer<typeof goOn>>
/** Who is told, and of what. */
export type Receiver = Readonly<z.infer<typeof receiver>>
/** How much one owner of client keys may use. */
export type Budget = Readonly<z.infer<typeof budget>>
/** An API key that answers when every account has reached its usage limit. */
export type Overflow = Readonly<z.infer<typeof overflow>>

/** What a message is about. */
export type MessageTopic = (typeof MESSAGE_TOPICS)[number]

/** Everything that the user wants. */
export interface Rules {
  readonly reserves: readonly Reserve[]
  readonly goOn: readonly GoOn[]
  readonly receivers: readonly Receiver[]
  readonly budgets: readonly Budget[]
  /** Absent: no money is ever spent. */
  readonly overflow?: Overflow | undefined
}

/** The rules of somebody who wants nothing. */
export const NO_RULES: Rules = {reserves: [], goOn: [], receivers: [], budgets: []}

/** Reads rules; `undefined` when they make no sense, since half of them could let through what was not to be. */
export function parseRules(text: string): Rules | undefined {
  try {
    const {success, data} = z.safeParse(rules, JSON.parse(text))
    if (!success) return undefined
    const {budgets = [], goOn: lifted = [], receivers = [], reserves = []} = data
    return {reserves, goOn: lifted, receivers, budgets, overflow: data.overflow}
  } catch {
    return undefined
  }
}
