/**
 * Why a request went to the account it went to, as sentences.
 *
 * @module
 */
import {toLocalTime} from '../../base/local-time.ts'
import type {AccountChoice} from './account-choice.ts'
import {toVerdictText} from './account-verdict.ts'

/** For example `ada@example.com is the first in order`; one text for each account. */
export function explainCandidates({candidates}: AccountChoice): readonly string[] {
  return candidates.map(({label, verdict}) => `${label} ${toVerdictText(verdict)}`)
}

/** Who answered, or who was asked in vain. */
export function describeOutcome(choice: AccountChoice): string {
  const failed = choice.failures.map(({accountId}) => toLabel(choice, accountId))
  const before = failed.length === 0 ? '' : ` after ${failed.join(', ')} could not`
  if (choice.answeredBy !== undefined) {
    return `${toLabel(choice, choice.answeredBy)} answered${before}`
  }
  return failed.length === 0 ? 'nobody has answered yet' : `${failed.join(', ')} could not answer`
}

/** When the choice was made, who answered, and what spoke for or against each account. */
export function explainChoice(choice: AccountChoice): string {
  const when = toLocalTime(choice.atMs)
  return `${when}: ${describeOutcome(choice)}. ${explainCandidates(choice).join('. ')}.`
}

/** How the user knows the account, which may be gone since. */
function toLabel({candidates}: AccountChoice, id: string): string {
  return candidates.find(({accountId}) => accountId === id)?.label ?? id.slice(0, 8)
}
