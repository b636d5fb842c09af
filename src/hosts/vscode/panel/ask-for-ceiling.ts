/**
 * Asking how much of a usage limit an account may use.
 *
 * @module
 */
import type {AccountPreferences, UsageCeiling} from '../../../accounts/account-preferences.ts'
import {toAccountLabel} from '../../../accounts/account.ts'
import type {KnownAccount} from '../../../accounts/choice/describe-account.ts'
import {CODEX_LIMIT, toWindowLabel} from '../../../accounts/usage/usage.ts'
import type {VscodeApi} from '../vscode-api.ts'

type CeilingWindow = Pick<UsageCeiling, 'limit' | 'windowSeconds'>

/** Where the answer is kept, and the dialogs to ask with. */
export interface AskForCeilingOptions {
  readonly preferences: Pick<AccountPreferences, 'setCeiling'>
  readonly api: Pick<VscodeApi, 'window'>
}

/** The windows of most plans, for an account whose own are not known yet. */
const USUAL_WINDOWS: readonly CeilingWindow[] = [
  {limit: CODEX_LIMIT, windowSeconds: 18_000},
  {limit: CODEX_LIMIT, windowSeconds: 604_800},
]

/**
 * Asks for the window, then for the percentage.
 *
 * @returns What came of it, as the end of a sentence that begins with the account; `undefined` when nothing was changed.
 */
export async function askForCeiling(
  known: KnownAccount,
  {api, preferences}: AskForCeilingOptions,
): Promise<string | undefined> {
  const {account, preference} = known
  const title = `Ceiling of ${toAccountLabel(account)}: which usage limit?`
  const items = toWindows(known).map((window) => {
    const {maxUsedPercent} = findCeiling(window, preference.ceilings) ?? {}
    const description = maxUsedPercent === undefined ? 'no ceiling' : `may use ${maxUsedPercent} %`
    return {label: toName(window), description, window, maxUsedPercent}
  })
  const chosen = await api.window.showQuickPick(items, {title})
  if (!chosen) return undefined
  const text = await api.window.showInputBox({
    title: `Ceiling of ${toAccountLabel(account)}`,
    prompt: `How much of the ${chosen.label} may this account use, in percent? Leave it empty to lift the ceiling.`,
    value: String(chosen.maxUsedPercent ?? ''),
    validateInput: explainPercent,
  })
  if (text === undefined) return undefined
  const maxUsedPercent = text.trim() === '' ? undefined : Number(text)
  preferences.setCeiling(account.id, chosen.window, maxUsedPercent)
  return maxUsedPercent === undefined
    ? `may use all of its ${chosen.label}`
    : `may use ${maxUsedPercent} % of its ${chosen.label}`
}

/** The windows of the account, with those that have a ceiling already. */
function toWindows({preference, usage}: KnownAccount): readonly CeilingWindow[] {
  const known: readonly CeilingWindow[] = usage?.windows ?? []
  const windows = [...(known.length > 0 ? known : USUAL_WINDOWS), ...preference.ceilings]
  return [...new Map(windows.map((window) => [toName(window), window])).values()]
}

function findCeiling(
  {limit, windowSeconds}: CeilingWindow,
  ceilings: readonly UsageCeiling[],
): UsageCeiling | undefined {
  return ceilings.find((one) => one.limit === limit && one.windowSeconds === windowSeconds)
}

function toName({limit, windowSeconds}: CeilingWindow): string {
  const name = `${toWindowLabel(windowSeconds)} limit`
  return limit === CODEX_LIMIT ? name : `${name} of ${limit}`
}

function explainPercent(value: string): string | undefined {
  const percent = value.trim() === '' ? 50 : Number(value)
  return percent > 0 && percent < 100 ? undefined : 'Type a number from 1 to 99, or leave it empty.'
}
