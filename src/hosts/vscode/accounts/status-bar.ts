/**
 * The account, and what is left of its limits, in the status bar.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {toAccountLabel} from '../../../accounts/account.ts'
import {findBlock, type KnownAccount} from '../../../accounts/choice/describe-account.ts'
import {listFacts, toPercentLeft} from './account-list.ts'
import {COMMANDS, VENDOR_NAME} from '../names.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** From how much left on the item is coloured as a warning, in percent. */
const LITTLE_LEFT_PERCENT = 10

/** The status bar's item. */
export interface StatusBar {
  /** @param accounts The one that is asked first comes first. */
  show(accounts: readonly KnownAccount[]): void
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
    show(accounts) {
      const {text, isWarning} = toStatusText(accounts)
      item.text = text
      item.tooltip = toTooltip(accounts, api)
      item.command = accounts.some(({account}) => !account.loginRequired)
        ? COMMANDS.manage
        : COMMANDS.logIn
      item.backgroundColor = isWarning
        ? new api.ThemeColor('statusBarItem.warningBackground')
        : undefined
      item.show()
    },
    dispose: () => item.dispose(),
  }
}

/** The item's text: who answers, and what is left. */
export function toStatusText(accounts: readonly KnownAccount[]): {
  readonly text: string
  readonly isWarning: boolean
} {
  if (accounts.length === 0) return {text: '$(sign-in) Codex: log in', isWarning: false}
  const working = accounts.filter(({account}) => account.loginRequired === undefined)
  const first = working.find((known) => !findBlock(known)) ?? working[0]
  if (!first) return {text: '$(warning) Codex: log in again', isWarning: true}
  const left = toPercentLeft(first)
  const label = `$(account) Codex: ${toAccountLabel(first.account)}`
  if (left === undefined) return {text: label, isWarning: false}
  return {text: `${label}, ${left} %`, isWarning: left < LITTLE_LEFT_PERCENT}
}

function toTooltip(
  accounts: readonly KnownAccount[],
  {MarkdownString}: StatusApi,
): vscode.MarkdownString {
  const tooltip = new MarkdownString(`**${VENDOR_NAME}**\n\n`)
  if (accounts.length === 0) {
    tooltip.appendText('Log in to use the models of your ChatGPT subscription.')
  }
  for (const known of accounts) {
    for (const fact of listFacts(known)) {
      appendPlain(tooltip, fact)
      tooltip.appendMarkdown('  \n')
    }
    tooltip.appendMarkdown('\n')
  }
  return tooltip
}

/** What is escaped as text still makes a link of an email address. */
function appendPlain(tooltip: vscode.MarkdownString, text: string): void {
  for (const [index, part] of text.split('@').entries()) {
    if (index > 0) tooltip.appendMarkdown('\\@')
    tooltip.appendText(part)
  }
}
