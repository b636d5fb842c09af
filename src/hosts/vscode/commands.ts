/**
 * The commands of the palette. The code of those that show something is a file of its own, which is loaded when one of
 * them is run.
 *
 * @module
 */
import type * as vscode from 'vscode'
import type {Log} from '../../base/log.ts'
import {explainFailure} from './explain-error.ts'
import {COMMAND_PREFIX, EXTENSION, type COMMANDS} from './names.ts'
import type {PanelCommand, PanelCommandOptions} from './panel/panel-part.ts'

/** The accounts, and the actions that the commands run. */
export interface CommandOptions extends Omit<PanelCommandOptions, 'logIn'> {
  readonly log: Log
  /** Where the log is seen. */
  readonly channel: Pick<vscode.OutputChannel, 'show'>
}

/** Registers every command. None of them rejects: a message says what happened. */
export function registerCommands({
  channel,
  ...options
}: CommandOptions): readonly vscode.Disposable[] {
  const {api, log, loginActions} = options
  const show = (name: PanelCommand) => async () => {
    try {
      const {runPanel} = await import('./panel/panel-part.ts')
      await runPanel(name, {...options, logIn: () => loginActions.logIn()})
    } catch (error) {
      void api.window.showErrorMessage(explainFailure(error, log))
    }
  }
  const settings = `@ext:${EXTENSION.publisher}.${EXTENSION.name}`
  const actions: Readonly<Record<keyof typeof COMMANDS, () => unknown>> = {
    logIn: () => loginActions.logIn(),
    logInAnotherWay: () => loginActions.logInAnotherWay(),
    logOut: () => loginActions.logOut(),
    switchAccount: () => loginActions.switchAccount(),
    manageAccounts: show('manageAccounts'),
    showStatus: show('showStatus'),
    explainAccount: show('explainAccount'),
    importLogin: show('importLogin'),
    openChat: show('openChat'),
    useForTitles: show('useForTitles'),
    manage: show('manage'),
    openSettings: () => api.commands.executeCommand('workbench.action.openSettings', settings),
    showLog: () => channel.show(),
  }
  const entries: readonly [string, () => unknown][] = Object.entries(actions)
  return entries.map(([name, action]) =>
    api.commands.registerCommand(`${COMMAND_PREFIX}${name}`, () => action()),
  )
}
