/**
 * Several accounts as one: when one cannot answer, the next one does.
 *
 * @module
 */
import {LoginRequiredError} from '../../errors.ts'
import {
  createAccountChoices,
  type AccountChoice,
  type AccountChoices,
  type JudgedAccount,
} from './account-choice.ts'
import {AccountChooser, type AccountChooserOptions} from './account-chooser.ts'
import type {FindReserve} from './account-verdict.ts'
import type {RestReason} from '../rests/rest.ts'
import type {Account, AccountStore} from '../account.ts'
import {ConversationBook} from './conversation-book.ts'
import {toLoginError} from '../login-error.ts'
import {isModelLimit, isModelRefusal, toAccountRest, type FailureRest} from './to-account-rest.ts'

/** Why an account does not answer: it rests, or is above a ceiling of the user's. */
export type SwitchReason = RestReason | 'ceiling'

/** An account that cannot answer for a while, and who goes on. */
export interface AccountSwitch {
  readonly from: Account
  /** Absent when nobody can. */
  readonly to?: Account
  readonly reason: SwitchReason
  /** When `from` is back, or asked again (milliseconds since the Unix epoch). */
  readonly untilMs: number
}

/** Options of {@link createAccountPool}. */
export interface AccountPoolOptions extends AccountChooserOptions {
  /** How long an account rests at a limit that does not say until when, in milliseconds. Default: half an hour. */
  readonly unknownRestMs?: number
  readonly store: AccountStore
  /**
   * Told once for each account that begins to rest, and once when conversations move away from one because of
   * its ceiling or of what another program has found. Must not throw.
   */
  readonly onSwitch?: (change: AccountSwitch) => void
  /** Told of an account that is passed over because it rests, when its usage may have changed. Must not throw. */
  readonly onResting?: (accountId: string) => void
}

/** How one attempt is made. */
export interface AccountAttempt {
  readonly account: Account
  /** Whether another account has answered in this conversation, whose reasoning this one cannot read. */
  readonly hasForeignReasoning: boolean
}

/** One request among all: what it may use, and who wants to know where it goes. */
export interface PoolRequest {
  /** What only a login of Codex can do, as the end of a sentence: `draw images`. Default: any login can answer. */
  readonly needsCodexTo?: string | undefined
  /** Default: nothing is kept from it. */
  readonly findReserve?: FindReserve
  /**
   * Told of the choice before anybody is asked. Who failed and who answered is added to the same object later. Must
   * not throw.
   */
  readonly onChoice?: (choice: AccountChoice) => void
}

/** Several accounts as one. */
export interface AccountPool {
  /**
   * Makes attempts with one account after another, the best first, until one is neither resting nor
   * logged out. A conversation stays with its account while that works. When none can be asked and
   * some rest, the one that is back first is asked: it may be back already.
   *
   * @throws {AccountUnavailableError} The accounts that are left are paused, above their ceiling, or kept in reserve.
   * @throws {LoginRequiredError} There is no account whose login works.
   * @throws {UsageLimitReachedError} Every account that may be asked is out of quota.
   * @throws What else an attempt throws.
   */
  run<Result>(
    conversationId: string | undefined,
    attempt: (options: AccountAttempt) => Promise<Result>,
    request?: PoolRequest,
  ): Promise<Result>
  /** The last requests, oldest first, with the account that each went to and why. */
  lastChoices(): readonly AccountChoice[]
  /** Lets the next request of each conversation go to whichever account is first then. */
  forgetConversations(): void
}

/** The accounts as a request finds them, and who answers it if somebody can. */
interface Moment {
  readonly all: readonly Account[]
  readonly candidates: readonly JudgedAccount[]
  readonly to: Required<Pick<AccountSwitch, 'to'>> | undefined
}

/** Creates a pool. */
export function createAccountPool(options: AccountPoolOptions): AccountPool {
  return new Pool(options)
}

class Pool implements AccountPool {
  readonly #options: AccountPoolOptions
  readonly #conversations: ConversationBook
  readonly #chooser: AccountChooser
  readonly #choices: AccountChoices = createAccountChoices()
  /** Until when the user knows it, by account and reason. */
  readonly #toldUntilMs = new Map<string, number>()

  constructor(options: AccountPoolOptions) {
    this.#options = options
    this.#conversations = new ConversationBook(options.now)
    this.#chooser = new AccountChooser(options, this.#conversations)
  }

  lastChoices(): readonly AccountChoice[] {
    return this.#choices.list()
  }

  forgetConversations(): void {
    this.#conversations.forget()
  }

  async run<Result>(
    conversationId: string | undefined,
    attempt: (options: AccountAttempt) => Promise<Result>,
    {onChoice, ...request}: PoolRequest = {},
  ): Promise<Result> {
    const {now, rests, store} = this.#options
    const all = await store.list()
    const choose = (from: readonly Account[]) => this.#chooser.choose(from, conversationId, request)
    const {accounts, hope, ...choice} = choose(all)
    const note = this.#choices.add(conversationId, choice, onChoice)
    const failures = new Map<string, unknown>()
    const moment = {all, candidates: choice.candidates, to: accounts[0] && {to: accounts[0]}}
    this.#restSpent(moment)
    this.#tellOfMove(this.#conversations.accountOf(conversationId), moment)
    let account = accounts[0] ?? hope
    let failure: unknown
    while (account) {
      const {id} = account
      const hasForeignReasoning = this.#conversations.wasAnsweredByOther(conversationId, id)
      const before = rests.get(id)
      this.#conversations.assign(conversationId, id)
      const askedAtMs = now()
      try {
        const result = await attempt({account, hasForeignReasoning})
        rests.answered(id, before)
        this.#conversations.answered(conversationId, id)
        note.answered(id)
        return result
      } catch (error) {
        const rest = this.#toRest(id, error)
        note.failed(id, error, rest)
        if (!rest && !mayOthersAnswer(error)) throw error
        failure = error
        failures.set(id, error)
        const isNew = rest !== undefined && rests.note(id, {...rest, askedAtMs})
        // Chosen anew, because what happened meanwhile may have changed who can answer.
        const {accounts: others} = choose(await store.list())
        const to = others.find((other) => !failures.has(other.id))
        if (isNew) this.#tell({from: account, ...rest, ...(to && {to})}, rest.reason)
        account = to
      }
    }
    throw await this.#explain(choose, {failure, failures})
  }

  #toRest(id: string, error: unknown): FailureRest | undefined {
    const {now, unknownRestMs, usage} = this.#options
    return toAccountRest(error, {nowMs: now(), unknownRestMs, usage: usage?.(id)})
  }

  /** An account whose usage shows that it is spent rests as if it had been asked in vain. */
  #restSpent({all, candidates, to}: Moment): void {
    const {onResting, rests} = this.#options
    for (const [index, {accountId, verdict}] of candidates.entries()) {
      if (verdict.kind !== 'rests') continue
      if (rests.isWorthAsking(accountId)) onResting?.(accountId)
      const {kind: _, ...rest} = verdict
      if (rest.source !== 'usage' || !rests.note(accountId, rest)) continue
      const {reason, untilMs} = rest
      this.#tell({from: all[index]!, reason, untilMs, ...to}, reason)
    }
  }

  /** A conversation leaves its account for a reason that nobody was told of when it came up. */
  #tellOfMove(lastId: string | undefined, {all, candidates, to}: Moment): void {
    const from = all.find(({id}) => id === lastId)
    const {verdict} = candidates.find(({accountId}) => accountId === lastId) ?? {}
    const isCeiling = verdict?.kind === 'above-ceiling'
    if (!from || !to || (!isCeiling && verdict?.kind !== 'rests')) return
    const topic = isCeiling ? `${verdict.maxUsedPercent}` : verdict.reason
    if ((this.#toldUntilMs.get(`${from.id} ${topic}`) ?? 0) > this.#options.now()) return
    const reason = isCeiling ? 'ceiling' : verdict.reason
    this.#tell({from, ...to, reason, untilMs: verdict.untilMs}, topic)
  }

  #tell(change: AccountSwitch, topic: string): void {
    this.#toldUntilMs.set(`${change.from.id} ${topic}`, change.untilMs)
    this.#options.onSwitch?.(change)
  }

  /** Loaded when needed, which is seldom. */
  async #explain(
    choose: (all: readonly Account[]) => Pick<AccountChoice, 'candidates'>,
    {failure, failures}: {failure: unknown; failures: ReadonlyMap<string, unknown>},
  ): Promise<unknown> {
    const {explainNoAccount} = await import('./explain-no-account.ts')
    const all = await this.#options.store.list()
    if (all.every(({loginRequired}) => loginRequired)) return failure ?? toLoginError(all[0])
    if (isModelLimit(failure) || isModelRefusal(failure)) return failure
    const {candidates} = choose(all)
    const sinceMs = this.#options.now()
    return explainNoAccount(
      candidates.map((one) => {
        const error = failures.get(one.accountId)
        if (!(error instanceof LoginRequiredError)) return one
        return {...one, verdict: {kind: 'login-required', reason: error.reason, sinceMs}}
      }),
      failure,
    )
  }
}

/** Whether another account may answer, although this one goes on to answer other requests, or needs a login. */
function mayOthersAnswer(error: unknown): boolean {
  return error instanceof LoginRequiredError || isModelLimit(error) || isModelRefusal(error)
}
