/**
 * Going on with another account, or another provider, when one has reached its limit: around any provider.
 *
 * Some providers throw at a limit, some send an error, and some answer with the sentence of the limit as if it were the
 * answer. All three are seen here.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import {toClockTime} from '../to-clock-time.ts'
import {createEventQueue, type EventQueue} from './event-queue.ts'
import type {AgentProvider, AgentQuery, ProviderEvent, QueryInput} from './provider-seam.ts'

/** One way to answer: a provider with an account. */
export interface FailoverMember {
  /** What the chat is told, for example `Codex (work)`. */
  readonly name: string
  readonly provider: AgentProvider
}

/** Options of {@link withFailover}. */
export interface FailoverOptions {
  /** At least one, best first. */
  readonly members: readonly [FailoverMember, ...FailoverMember[]]
  readonly now: Clock
  /** Time zone of the chat. */
  readonly timeZone?: string
  /** How long a member rests that does not say until when, in milliseconds. Default 15 minutes. */
  readonly restMs?: number
  /**
   * Tells the chat that another member goes on. Hosts only log what a provider says on its way, so without it the change is in the
   * log alone.
   */
  readonly tell?: (text: string) => Promise<void>
}

/** Separates the member from its conversation in a continuation. */
const SEPARATOR = ':'

const REST_MS = 15 * 60_000

/** An answer that is nothing but the sentence of a limit is short. */
const LONGEST_SENTENCE = 400

const LIMIT =
  /(?:hit|reached|exceeded) (?:your|the) (?:\w+ ){0,2}limit|usage limit (?:reached|exceeded)|quota (?:exceeded|exhausted)|insufficient_quota|out of credits|credit balance is too low/i

/** How an answer begins that is the sentence of a limit and not an answer. */
const LIMIT_ANSWER =
  /^(?:you.ve hit your (?:\w+ )?limit|you have (?:hit|reached) your (?:\w+ ){0,2}limit|(?:claude|codex)[\w ]* (?:usage )?limit reached)/i

const LOGIN =
  /login no longer works|invalid (?:api key|x-api-key|authentication)|token (?:has )?expired|401 unauthorized|please run \/login/i

/**
 * Creates a provider that asks the first member that is ready. At a limit, or when its login has ended, the next one gets the same
 * messages, and the chat is told so once. A conversation belongs to its member, which its continuation names, so none is
 * ever handed to another one.
 */
export function withFailover(options: FailoverOptions): AgentProvider {
  const {members} = options
  const rests = new Map<string, number>()
  const [first] = members
  return {
    supportsNativeSlashCommands: first.provider.supportsNativeSlashCommands,
    ...(members.every(({provider}) => provider.emitsMidTurnText === true) && {
      emitsMidTurnText: true,
    }),
    registerMemorySessionHook(hook) {
      for (const {provider} of members) provider.registerMemorySessionHook(hook)
    },
    isSessionInvalid: (error) => members.some(({provider}) => provider.isSessionInvalid(error)),
    query: (input) => new FailoverQuery(input, options, rests),
  }
}

/** Why a member could not answer. */
interface Failure {
  readonly kind: 'limit' | 'login'
  readonly message: string
  readonly untilMs?: number | undefined
}

/** Put before what another member goes on with, when the one before had begun to do something. */
const GO_ON =
  'Your last turn was interrupted. Look at what you have done already, do not do it twice, and finish. What was asked:\n\n'

/** Events that say that a member has done something. */
const ACTS: readonly ProviderEvent['type'][] = ['file', 'progress', 'text']

class FailoverQuery implements AgentQuery {
  readonly #options: FailoverOptions
  /** By the name of a member, until when it rests. */
  readonly #rests: Map<string, number>
  readonly #queue: EventQueue = createEventQueue()
  readonly #input: QueryInput
  /** What is not answered yet: that of the turn that is under way, and that which came since it began. */
  #asked: string[]
  #pushed: string[] = []
  /** Whether the member that failed had done something that could be seen. */
  #hasActed = false
  #current: AgentQuery | undefined
  #isEnded = false
  #isAborted = false

  constructor(input: QueryInput, options: FailoverOptions, rests: Map<string, number>) {
    this.#input = input
    this.#asked = [input.prompt]
    this.#options = options
    this.#rests = rests
    void this.#work().finally(() => this.#queue.end())
  }

  get events(): AsyncIterable<ProviderEvent> {
    return this.#queue.events
  }

  push(message: string): void {
    this.#pushed.push(message)
    this.#current?.push(message)
  }

  end(): void {
    this.#isEnded = true
    this.#current?.end()
  }

  abort(): void {
    this.#isAborted = true
    this.#current?.abort()
  }

  async #work(): Promise<void> {
    const {now} = this.#options
    const members = this.#order()
    for (const [index, member] of members.entries()) {
      const failure = await this.#ask(member)
      if (this.#isAborted) return
      if (!failure) {
        this.#rests.delete(member.name)
        return
      }
      const {restMs = REST_MS} = this.#options
      const untilMs = failure.untilMs ?? this.#rests.get(member.name) ?? 0
      this.#rests.set(member.name, Math.max(untilMs, now() + restMs))
      const next = members[index + 1]
      if (next) await this.#tellOfChange(toChange(member, next, failure))
      else this.#queue.push(this.#toLastError(failure))
    }
  }

  async #tellOfChange(message: string): Promise<void> {
    this.#queue.push({type: 'progress', message})
    // The answer is worth more than the notice.
    await this.#options.tell?.(message).catch(() => undefined)
  }

  /** Those that do not rest. Where all of them do, the first one that is back may be back already. */
  #order(): readonly FailoverMember[] {
    const nowMs = this.#options.now()
    const restOf = ({name}: FailoverMember) => Math.max(0, (this.#rests.get(name) ?? 0) - nowMs)
    const {members} = this.#options
    const ready = members.filter((member) => restOf(member) === 0)
    if (ready.length > 0) return ready
    return members.toSorted((one, other) => restOf(one) - restOf(other)).slice(0, 1)
  }

  /** @returns Why it could not answer; `undefined` when it has, or failed for another reason. */
  async #ask(member: FailoverMember): Promise<Failure | undefined> {
    const {continuation: _, ...rest} = this.#input
    const continuation = this.#continuationOf(member)
    this.#asked = [...this.#asked, ...this.#pushed.splice(0)]
    const text = this.#asked.join('\n\n')
    const prompt = this.#hasActed ? GO_ON + text : text
    const query = member.provider.query({
      ...rest,
      prompt,
      ...(continuation !== undefined && {continuation}),
    })
    this.#current = query
    if (this.#isEnded) query.end()
    try {
      for await (const event of query.events) {
        const failure = findFailure(event)
        if (failure) {
          query.abort()
          return failure
        }
        this.#follow(event)
        this.#queue.push(withMember(event, member))
      }
      return undefined
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const failure = toFailure(message)
      if (!failure) this.#queue.push({type: 'error', message, retryable: false})
      return failure
    }
  }

  /** What was pushed during a turn may be answered by it or by the next one: rather asked twice than never. */
  #follow({type}: ProviderEvent): void {
    if (type === 'result') this.#asked = this.#pushed.splice(0)
    this.#hasActed = type !== 'result' && (this.#hasActed || ACTS.includes(type))
  }

  #continuationOf({name}: FailoverMember): string | undefined {
    const {continuation = ''} = this.#input
    const prefix = name + SEPARATOR
    if (continuation.startsWith(prefix)) return continuation.slice(prefix.length)
    // One from before there was a second member is that of the first one.
    const isPlain = !this.#options.members.some((one) =>
      continuation.startsWith(one.name + SEPARATOR),
    )
    const isFirst = this.#options.members[0].name === name
    return isPlain && isFirst && continuation !== '' ? continuation : undefined
  }

  #toLastError({kind, message}: Failure): ProviderEvent {
    const {timeZone} = this.#options
    const untilMs = Math.min(...this.#rests.values())
    const text =
      kind === 'limit'
        ? `Every account that could answer here has reached a limit. Ask again after ${toClockTime(untilMs, timeZone)}.`
        : `Nobody who could answer here has a login that works: ${message}`
    return {type: 'result', text, isError: true}
  }
}

function findFailure(event: ProviderEvent): Failure | undefined {
  if (event.type === 'error') {
    const {classification, message, untilMs} = event
    if (classification === 'quota') return {kind: 'limit', message, untilMs}
    if (classification === 'auth') return {kind: 'login', message}
    return toFailure(message)
  }
  if (event.type !== 'result' || event.text === null) return undefined
  // Whoever talks about limits at length has answered.
  const isSentence = event.text.length <= LONGEST_SENTENCE
  if (!isSentence) return undefined
  if (event.isError === true) return toFailure(event.text)
  return LIMIT_ANSWER.test(event.text.trim()) ? {kind: 'limit', message: event.text} : undefined
}

function toFailure(message: string): Failure | undefined {
  if (LIMIT.test(message)) return {kind: 'limit', message}
  return LOGIN.test(message) ? {kind: 'login', message} : undefined
}

function withMember(event: ProviderEvent, {name}: FailoverMember): ProviderEvent {
  return event.type === 'init'
    ? {...event, continuation: name + SEPARATOR + event.continuation}
    : event
}

function toChange(from: FailoverMember, to: FailoverMember, {kind}: Failure): string {
  const what = kind === 'limit' ? 'has reached its usage limit' : 'needs a new login'
  return `${from.name} ${what}. ${to.name} goes on.`
}
