/**
 * The commands of the palette. The code of those that show something is loaded when they are run.
 *
 * @module
 */
import type * as vscode from 'vscode'
import type {UsageTracking} from '../../accounts/usage/usage-tracking.ts'
import type {Log} from '../../base/log.ts'
import type {LiveModels} from '../../models/live-models.ts'
import type {AccountListOptions} from './accounts/account-list.ts'
import type {KeyValueStorage} from '../../storage/key-value-storage.ts'
import {COMMANDS} from './names.ts'
import type {LoginActions} from './login/login-actions.ts'
import type {VscodeApi} from './vscode-api.ts'

/** The accounts, and the actions that the commands run. */
export interface CommandOptions extends AccountListOptions {
  readonly api: Pick<VscodeApi, 'commands' | 'extensions' | 'window' | 'workspace'>
  readonly liveModels: LiveModels
  readonly log: Log
  /** What was asked once, by name. */
  readonly once: Pick<KeyValueStorage, 'get' | 'set'>
  readonly usage: Pick<UsageTracking, 'reload'>
  readonly loginActions: LoginActions
  /** Where the log is seen. */
  readonly channel: Pick<vscode.OutputChannel, 'show'>
}

/** Registers every command. */
export function registerCommands({
  api,
  store,
  memory,
  usage,
  liveModels,
  log,
  once,
  loginActions,
  channel,
}: CommandOptions): readonly vscode.Disposable[] {
  const manageOptions = {api, store, memory, reloadUsage: () => usage.reload.all()}
  const actions: Readonly<Record<(typeof COMMANDS)[keyof typeof COMMANDS], () => unknown>> = {
    [COMMANDS.logIn]: () => loginActions.logIn(),
    [COMMANDS.logInAnotherWay]: () => loginActions.logInAnotherWay(),
    [COMMANDS.logOut]: () => loginActions.logOut(),
    [COMMANDS.switchAccount]: () => loginActions.switchAccount(),
    async [COMMANDS.showStatus]() {
      const {showStatus} = await import('./accounts/manage.ts')
      await showStatus(manageOptions)
    },
    async [COMMANDS.openChat]() {
      const {openChat} = await import('./first-steps/open-chat.ts')
      await openChat({api, liveModels, log, logIn: () => loginActions.logIn(), once, store})
    },
    async [COMMANDS.useForTitles]() {
      const {useForTitles} = await import('./first-steps/utility-model.ts')
      await useForTitles(api)
    },
    async [COMMANDS.manage]() {
      const {showMenu} = await import('./accounts/manage.ts')
      await showMenu(manageOptions)
    },
    [COMMANDS.showLog]: () => channel.show(),
  }
  return Object.entries(actions).map(([command, action]) =>
    api.commands.registerCommand(command, () => action()),
  )
}
