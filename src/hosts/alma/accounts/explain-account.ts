/**
 * The command that says why an account was chosen.
 *
 * @module
 */
import type {AccountChoice} from '../../../accounts/choice/account-choice.ts'
import {
  describeOutcome,
  explainCandidates,
  explainChoice,
} from '../../../accounts/choice/explain-choice.ts'
import {toLocalTime} from '../../../base/local-time.ts'
import type {AccountActionOptions} from './account-actions.ts'
import {pick} from '../pick.ts'

/** Explains the last choice, or the one that the user picks among the last. */
export async function explainAccount({ui, pool}: AccountActionOptions): Promise<void> {
  const choices = pool.lastChoices().toReversed()
  const [latest] = choices
  if (!latest) {
    ui.showNotification('No request has been made since the start.', {
      type: 'info',
    })
    return
  }
  const choice = await pickChoice(choices, {ui, latest})
  if (choice) ui.showNotification(explainChoice(choice), {type: 'info', duration: 30_000})
}

async function pickChoice(
  choices: readonly AccountChoice[],
  {ui, latest}: Pick<AccountActionOptions, 'ui'> & {readonly latest: AccountChoice},
): Promise<AccountChoice | undefined> {
  if (choices.length === 1 || !ui.showQuickPick) return latest
  const items = choices.map((choice) => ({
    label: `${toLocalTime(choice.atMs)}: ${describeOutcome(choice)}`,
    detail: explainCandidates(choice).join(' · '),
    value: choice,
  }))
  return pick(ui, items, {
    title: 'Why this ChatGPT account?',
    placeholder: 'The latest requests, newest first',
  })
}
