/**
 * An error in the words of a host: what happened, and what to do about it there.
 *
 * @module
 */
import {type Advice, type CodexError} from '../../errors.ts'
import {toLocalTime} from '../../base/local-time.ts'

/** What reads the same in every host. */
const NEUTRAL_WORDS = {
  add_credits: 'ask its owner to add some',
  raise_ceiling: 'raise or lift its ceiling',
  resume_account: 'resume the paused one',
  upgrade_plan: 'upgrade it',
} satisfies AdviceWords

/** How to do it, each as the imperative part of a sentence, for example `log in with another account`. */
export type AdviceWords = Readonly<Partial<Record<Advice, string | undefined>>>

/**
 * The one list of a host: what it has buttons and commands for. It may have better words for the rest as well.
 * `undefined` where the host has nothing to add to what the error says.
 */
export type HostWords = AdviceWords &
  Readonly<Record<Exclude<Advice, keyof typeof NEUTRAL_WORDS | 'wait'>, string | undefined>>

/**
 * Says what happened and what to do.
 *
 * @param words Default: only what reads the same in every host.
 */
export function wordError(error: CodexError, words: AdviceWords = {}): string {
  const advice = wordAdvice(error, words)
  return advice === undefined ? error.message : `${error.message} ${advice}`
}

/** Says only what to do, as one sentence; `undefined` when nothing is known to help. */
export function wordAdvice(error: CodexError, words: AdviceWords = {}): string | undefined {
  const known: AdviceWords = {...NEUTRAL_WORDS, wait: wordWait(error), ...words}
  const choices = error.advice.flatMap((advice) => known[advice] ?? [])
  const last = choices.pop()
  if (last === undefined) return undefined
  const text = choices.length === 0 ? last : `${choices.join(', ')}, or ${last}`
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function wordWait({resetsAtMs}: CodexError): string {
  return resetsAtMs === undefined ? 'try again later' : `try again after ${toLocalTime(resetsAtMs)}`
}
