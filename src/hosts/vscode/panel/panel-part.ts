/**
 * What is shown when a user asks for it. It is a file of its own beside the extension, so that an editor which starts
 * does not read it. It has its own copy of what it shares with the extension, so no `instanceof` holds across the
 * border: errors of this side become messages here, and whatever else fails is the caller's.
 *
 * @module
 */
import {CodexError} from '../../../errors.ts'
import {explainError} from '../explain-error.ts'
import {openChat, type OpenChatOptions} from '../first-steps/open-chat.ts'
import {useForTitles as setTitles} from '../first-steps/utility-model.ts'
import {explainAccount} from './explain-account.ts'
import {importLogin} from './import-login.ts'
import {manageAccounts} from './manage-accounts.ts'
import type {PanelOptions} from './panel-options.ts'
import {showMenu} from './show-menu.ts'
import {showStatus} from './show-status.ts'
import {listUsage} from './usage-tree.ts'

/** What all of the commands work with. */
export interface PanelCommandOptions extends PanelOptions, Omit<OpenChatOptions, 'store'> {
  readonly api: PanelOptions['api'] & OpenChatOptions['api']
}

/** The commands, by the names of their ids. */
const COMMANDS = {
  explainAccount,
  importLogin,
  manage: showMenu,
  manageAccounts,
  openChat,
  showStatus,
  useForTitles: ({api}: PanelCommandOptions) => setTitles(api),
} satisfies Record<string, (options: PanelCommandOptions) => Promise<void>>

/** The name of a command. */
export type PanelCommand = keyof typeof COMMANDS

/** Runs a command. */
export async function runPanel(name: PanelCommand, options: PanelCommandOptions): Promise<void> {
  try {
    await COMMANDS[name](options)
  } catch (error) {
    if (!(error instanceof CodexError)) throw error
    void options.api.window.showErrorMessage(explainError(error))
  }
}

export {listUsage}
