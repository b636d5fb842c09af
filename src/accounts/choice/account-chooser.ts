/**
 * Collects what a choice of an account goes by, and makes it.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {AccountChoice, JudgedAccount} from './account-choice.ts'
import type {FindReserve} from './account-verdict.ts'
import type {AccountRests} from '../rests/account-rests.ts'
import type {RestReason} from '../rests/rest.ts'
import {
  createAccountPreferences,
  type AccountPreferences,
  type AccountStrategy,
} from '../account-preferences.ts'
import {toAccountLabel, type Account} from '../account.ts'
import {chooseAccount, type Candidate, type Choice} from './choose-account.ts'
import type {ConversationBook} from './conversation-book.ts'
import type {Usage} from '../usage/usage.ts'

/** Options of {@link AccountChooser}. */
export interface AccountChooserOptions {
  readonly rests: Pick<AccountRests, 'answered' | 'get' | 'isWorthAsking' | 'note'>
  readonly now: Clock
  /** Default: nothing is wanted. */
  readonly preferences?: AccountPreferences
  /** Read for each request. Default: the first in order. */
  readonly strategy?: () => AccountStrategy
  /** What is known about an account's usage. Default: nothing. */
  readonly usage?: (accountId: string) => Usage | undefined
}

/** A choice for one request. */
export interface AccountOrder
  extends
    Pick<AccountChoice, 'atMs' | 'candidates' | 'lastId' | 'strategy'>,
    Pick<Choice, 'accounts'> {
  /** Whom to ask when there is nobody who can answer: the resting account that may be back first. */
  readonly hope: Account | undefined
}

/** What a request may use, and what it needs, see `PoolRequest`. */
export interface RequestNeeds {
  readonly findReserve?: FindReserve
  readonly needsCodexTo?: string | undefined
}

/** Reasons to rest, those that pass soonest by themselves first. */
const HOPES: readonly RestReason[] = [
  'rate_limit',
  'usage_limit',
  'rejected',
  'no_credits',
  'not_included',
  'deactivated',
]

/** Chooses for one pool. */
export class AccountChooser {
  readonly #options: AccountChooserOptions
  readonly #preferences: AccountPreferences
  readonly #conversations: ConversationBook

  constructor(options: AccountChooserOptions, conversations: ConversationBook) {
    this.#options = options
    this.#preferences = options.preferences ?? createAccountPreferences()
    this.#conversations = conversations
  }

  /**
   * Whom to ask for the next request of the conversation. It does not wait for anything, so that of
   * many requests at the same moment each sees where the one before it went.
   *
   * @param all The accounts of the store.
   * @param request What of an account is not for this request, and what it needs. Default: nothing.
   */
  choose(
    all: readonly Account[],
    conversationId: string | undefined,
    {findReserve, needsCodexTo}: RequestNeeds = {},
  ): AccountOrder {
    const atMs = this.#options.now()
    const strategy = this.#options.strategy?.() ?? 'order'
    const lastId = this.#conversations.accountOf(conversationId)
    const candidates = all.map((account) => {
      const known = this.#toCandidate(account)
      const cannot = account.tokens.app && needsCodexTo
      const reserve = findReserve?.(account, known.usage, atMs)
      return {...known, ...(cannot && {cannot}), ...(reserve && {reserve})}
    })
    const {accounts, verdicts} = chooseAccount(candidates, {
      strategy,
      preferredId: this.#preferences.preferredId(),
      lastId,
      nowMs: atMs,
    })
    const judged = verdicts.map((verdict, index) => {
      const account = all[index]!
      return {accountId: account.id, label: toAccountLabel(account), verdict}
    })
    const hopeId = findHope(judged)
    const hope = all.find(({id}) => id === hopeId)
    return {atMs, strategy, lastId, candidates: judged, accounts, hope}
  }

  #toCandidate(account: Account): Candidate {
    const {id} = account
    const usage = this.#options.usage?.(id)
    return {
      account,
      preference: this.#preferences.of(id),
      usage,
      rest: this.#options.rests.get(id),
      begunSince: this.#conversations.begunSince(id, usage?.takenAtMs ?? 0),
      lastTurn: this.#conversations.lastTurnOf(id),
    }
  }
}

function findHope(candidates: readonly JudgedAccount[]): string | undefined {
  const resting = candidates.flatMap(({accountId, verdict}) =>
    verdict.kind === 'rests' ? [{accountId, ...verdict}] : [],
  )
  const sorted = resting.toSorted(
    (one, other) =>
      HOPES.indexOf(one.reason) - HOPES.indexOf(other.reason) || one.untilMs - other.untilMs,
  )
  return sorted[0]?.accountId
}
