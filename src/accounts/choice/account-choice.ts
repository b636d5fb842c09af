/**
 * The last choices of an account, for whoever asks why.
 *
 * @module
 */
import {LoginRequiredError, toErrorName} from '../../errors.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {RestReason} from '../rests/rest.ts'
import type {FailureRest} from './to-account-rest.ts'
import type {AccountStrategy} from '../account-preferences.ts'
import type {AccountVerdict} from './account-verdict.ts'

/** Choices that are remembered. */
const MAX_CHOICES = 20

/** Characters of a conversation's id that tell conversations apart. */
const CONVERSATION_CHARACTERS = 8

/** An account, and what spoke for it or against it. */
export interface JudgedAccount {
  readonly accountId: string
  /** How the user knows the account. */
  readonly label: string
  readonly verdict: AccountVerdict
}

/** An account that was asked and did not answer. */
export interface FailedAttempt {
  readonly accountId: string
  /** What kind of error it was, for example `ERR_NETWORK`. */
  readonly code: string
  /** Why the account rests since, or that its login ended; absent when others would not do better. */
  readonly reason?: RestReason | 'login_required'
  /** Until when it rests since (milliseconds since the Unix epoch). */
  readonly untilMs?: number
}

/** One request, and which account it went to. */
export interface AccountChoice {
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number
  /** The beginning of the conversation's id; absent when the request belongs to none. */
  readonly conversation?: string
  readonly strategy: AccountStrategy
  /** Id of the account that the conversation was with; absent when it was with none. */
  readonly lastId?: string | undefined
  /** Every account, in the order of the store, as it was seen when the request came. */
  readonly candidates: readonly JudgedAccount[]
  /** Id of the account that answered; absent when none did, or none has yet. */
  readonly answeredBy?: string
  /** Those that were asked before, in order. */
  readonly failures: readonly FailedAttempt[]
}

/** Notes down one choice. */
export interface ChoiceNote {
  answered(accountId: string): void
  failed(accountId: string, error: unknown, rest: FailureRest | undefined): void
}

/** The last choices. */
export interface AccountChoices {
  /** Oldest first. */
  list(): readonly AccountChoice[]
  add(
    conversationId: string | undefined,
    choice: Pick<AccountChoice, 'atMs' | 'candidates' | 'lastId' | 'strategy'>,
    onChoice?: (choice: AccountChoice) => void,
  ): ChoiceNote
}

/** Creates an empty list. */
export function createAccountChoices(): AccountChoices {
  const choices: (Omit<AccountChoice, 'answeredBy'> & {answeredBy?: string})[] = []
  return {
    list: () => choices.map((choice) => ({...choice, failures: [...choice.failures]})),
    add(conversationId, fields, onChoice) {
      const conversation = conversationId?.slice(0, CONVERSATION_CHARACTERS)
      const failures: FailedAttempt[] = []
      const choice: (typeof choices)[number] = withoutUndefined({...fields, failures, conversation})
      choices.push(choice)
      if (choices.length > MAX_CHOICES) choices.shift()
      onChoice?.(choice)
      return {
        answered(accountId) {
          choice.answeredBy = accountId
        },
        failed(accountId, error, rest) {
          const ended = error instanceof LoginRequiredError && ({reason: 'login_required'} as const)
          failures.push({accountId, code: toErrorName(error), ...rest, ...ended})
        },
      }
    },
  }
}
