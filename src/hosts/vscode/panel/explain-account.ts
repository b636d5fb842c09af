/**
 * Why the last requests went to the accounts they went to.
 *
 * @module
 */
import {
  describeOutcome,
  explainCandidates,
  explainChoice,
} from '../../../accounts/choice/explain-choice.ts'
import {toLocalTime} from '../../../base/local-time.ts'
import type {PanelOptions} from './panel-options.ts'

/** Lists the latest choices, newest first. Choosing one says it as a message, which can be copied. */
export async function explainAccount({
  api,
  pool,
}: Pick<PanelOptions, 'api' | 'pool'>): Promise<void> {
  const choices = pool.lastChoices().toReversed()
  if (choices.length === 0) {
    const message = 'Nothing was asked in this window yet, so no account was chosen.'
    void api.window.showInformationMessage(message)
    return
  }
  const items = choices.map((choice) => ({
    label: describeOutcome(choice),
    description: toLocalTime(choice.atMs),
    detail: explainCandidates(choice).join('; '),
    choice,
  }))
  const title = 'Why this account? The latest requests, newest first'
  const chosen = await api.window.showQuickPick(items, {title})
  if (chosen) void api.window.showInformationMessage(explainChoice(chosen.choice))
}
