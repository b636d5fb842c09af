/**
 * The list of the accounts, and what is left of their limits.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {toPlanName} from '../../../accounts/plan-name.ts'
import {toAccountLabel} from '../../../accounts/account.ts'
import {
  describeState,
  findBlock,
  type KnownAccount,
} from '../../../accounts/choice/describe-account.ts'
import {listAccounts} from '../accounts/account-list.ts'
import {WORDS} from '../explain-error.ts'
import {COMMANDS} from '../names.ts'
import {toAge, toUsageRows} from './describe-usage.ts'
import {manageAccount} from './manage-accounts.ts'
import type {PanelOptions} from './panel-options.ts'

/** A row of the list, and what choosing it does. */
interface StatusItem extends vscode.QuickPickItem {
  readonly act?: () => Promise<unknown>
}

/** Shows what is known at once, and again once every account was asked. Resolves then; the list stays open. */
export async function showStatus(options: PanelOptions): Promise<void> {
  const {api, usage} = options
  const accounts = await listAccounts(options)
  if (accounts.length === 0) {
    const logIn = 'Log In'
    const message = 'No ChatGPT account is logged in.'
    const chosen = await api.window.showInformationMessage(message, logIn)
    if (chosen === logIn) await api.commands.executeCommand(COMMANDS.logIn)
    return
  }
  const list = api.window.createQuickPick<StatusItem>()
  list.title = 'Codex: what is left'
  list.matchOnDescription = true
  list.items = toItems(accounts, options)
  list.busy = true
  let isOpen = true
  list.onDidHide(() => {
    isOpen = false
    list.dispose()
  })
  list.onDidAccept(() => {
    const [chosen] = list.selectedItems
    if (!chosen?.act) return
    list.hide()
    void chosen.act()
  })
  list.show()
  await usage.reload.all()
  if (!isOpen) return
  list.items = toItems(await listAccounts(options), options)
  list.busy = false
}

function toItems(accounts: readonly KnownAccount[], options: PanelOptions): StatusItem[] {
  const {api, memory} = options
  const run = (command: string) => async () => api.commands.executeCommand(command)
  const first = accounts.find((known) => !findBlock(known))
  const toAccountItems = (known: KnownAccount): StatusItem[] => {
    const {account, usage} = known
    const act = () => manageAccount(known, options)
    return [
      {label: toPlanName(account.plan), kind: api.QuickPickItemKind.Separator},
      {
        label: `$(${toIcon(known)}) ${toAccountLabel(account)}`,
        description: [
          describeState(known, WORDS.log_in_again),
          ...(known === first && accounts.length > 1 ? ['goes first'] : []),
          ...(usage ? [`asked ${toAge(memory.now() - usage.takenAtMs)}`] : []),
        ].join(', '),
        act,
      },
      ...toUsageRows(known).map(({bar, text}) => ({
        label: bar ?? text,
        ...(bar && {description: text}),
        act,
      })),
    ]
  }
  const hasEnded = accounts.some(({account}) => account.loginRequired)
  return [
    ...accounts.flatMap(toAccountItems),
    {label: 'Actions', kind: api.QuickPickItemKind.Separator},
    ...(hasEnded ? [{label: '$(sign-in) Log in again', act: run(COMMANDS.logIn)}] : []),
    {label: '$(refresh) Reload', act: run(COMMANDS.showStatus)},
    {label: '$(arrow-swap) Switch account', act: run(COMMANDS.switchAccount)},
    {label: '$(organization) Accounts', act: run(COMMANDS.manageAccounts)},
    {label: '$(question) Why this account', act: run(COMMANDS.explainAccount)},
  ]
}

function toIcon(known: KnownAccount): string {
  const block = findBlock(known)
  if (!block) return 'pass'
  if (block.kind === 'login-required') return 'warning'
  return block.kind === 'paused' ? 'debug-pause' : 'watch'
}
