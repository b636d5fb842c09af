/**
 * The commands of the palette. Their code is loaded when they are run.
 *
 * @module
 */
import {CodexError} from '../../errors.ts'
import type {AlmaContext} from './alma-api.ts'
import type {AccountActionOptions} from './account-actions.ts'

type Command = (options: AccountActionOptions) => Promise<unknown>

/** By the ids in `contributes.commands` of manifest.json, without the plugin's own. */
const COMMANDS: Readonly<Record<string, Command>> = {
  login: ({signIn}) => signIn.login(),
  logout: ({signIn}) => signIn.chooseLogout(),
  async status(options) {
    const {showStatus} = await import('./show-status.ts')
    await showStatus(options)
  },
  async accounts(options) {
    const {manageAccounts} = await import('./manage-accounts.ts')
    await manageAccounts(options)
  },
  async switchAccount(options) {
    const {switchAccount} = await import('./switch-account.ts')
    await switchAccount(options)
  },
  async importLogin(options) {
    const {importLogin} = await import('./import-login.ts')
    await importLogin(options)
  },
  async whyThisAccount(options) {
    const {explainAccount} = await import('./explain-account.ts')
    await explainAccount(options)
  },
}

/** Registers every command. One that fails for a reason we know says it in a notification. */
export function registerAccountCommands(
  commands: AlmaContext['commands'],
  options: AccountActionOptions,
): readonly {dispose(): void}[] {
  return Object.entries(COMMANDS).map(([id, run]) =>
    commands.register(id, async () => {
      try {
        return await run(options)
      } catch (error) {
        if (!(error instanceof CodexError)) throw error
        options.ui.showNotification(error.message, {type: 'error'})
        return undefined
      }
    }),
  )
}
