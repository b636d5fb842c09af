/**
 * The account, and what is left of its limits, in the status bar.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {toAccountLabel, type Account} from '../../accounts/account.ts'
import {describeAccount, toPercentLeft, type KnownLimits} from './account-text.ts'
import {COMMANDS, VENDOR_NAME} from './names.ts'
import type {VscodeApi} from './vscode-api.ts'

/** From how much left on the item is coloured as a warning, in percent. */
const LITTLE_LEFT_PERCENT = 10

/** Accounts and what is known about their limits, those that are asked first in front. */
export type AccountLines = readonly (readonly [Account, KnownLimits])[]

/** The status bar's item. */
export interface StatusBar {
  show(lines: AccountLines): void
  dispose(): void
}

/** What of the editor's API is needed. */
export type StatusApi = Pick<
  VscodeApi,
  'MarkdownString' | 'StatusBarAlignment' | 'ThemeColor' | 'window'
>

/** Creates the item. It is not seen before it is shown. */
export function createStatusBar(api: StatusApi): StatusBar {
  const item = api.window.createStatusBarItem('account', api.StatusBarAlignment.Right, 100)
  item.name = VENDOR_NAME
  return {
    show(lines) {
      const {text, isWarning} = toStatusText(lines)
      item.text = text
      item.tooltip = toTooltip(lines, api)
      item.command = lines.length === 0 ? COMMANDS.logIn : COMMANDS.manage
      item.backgroundColor = isWarning
        ? new api.ThemeColor('statusBarItem.warningBackground')
        : undefined
      item.show()
    },
    dispose: () => item.dispose(),
  }
}

/** The item's text: who answers, and what is left. */
export function toStatusText(lines: AccountLines): {
  readonly text: string
  readonly isWarning: boolean
} {
  const working = lines.find(([account]) => account.loginRequired === undefined)
  if (lines.length === 0) return {text: '$(sign-in) Codex: log in', isWarning: false}
  if (!working) return {text: '$(warning) Codex: log in again', isWarning: true}
  const [account, {usage, restsUntilMs}] = working
  const left = restsUntilMs === undefined ? toPercentLeft(usage) : 0
  const label = `$(account) Codex: ${toAccountLabel(account)}`
  if (left === undefined) return {text: label, isWarning: false}
  return {text: `${label}, ${left} %`, isWarning: left < LITTLE_LEFT_PERCENT}
}

function toTooltip(lines: AccountLines, {MarkdownString}: StatusApi): vscode.MarkdownString {
  const tooltip = new MarkdownString(`**${VENDOR_NAME}**\n\n`)
  if (lines.length === 0) tooltip.appendText('Log in to use the models of your ChatGPT subscription.')
  for (const [account, limits] of lines) {
    tooltip.appendText(describeAccount(account, limits).join('\n'))
    tooltip.appendMarkdown('\n\n')
  }
  return tooltip
}
