/**
 * The commands of the palette. Their code is loaded when they are run.
 *
 * @module
 */
import {CodexError} from '../../../errors.ts'
import {untilAborted} from '../../../base/until-aborted.ts'
import type {AlmaContext} from '../alma-api.ts'
import {explainError} from '../explain-error.ts'
import type {AccountActionOptions} from './account-actions.ts'

/** The longest to wait for what is shown to be up to date, in milliseconds. */
const MAX_WAIT_MS = 2000

type Command = (options: AccountActionOptions) => Promise<unknown>

/** By the ids in `contributes.commands` of manifest.json, without the plugin's own. */
const COMMANDS: Readonly<Record<string, Command>> = {
  login: ({loginActions}) => loginActions.login(),
  loginAsApp: ({loginActions}) => loginActions.loginAsApp(),
  logout: ({loginActions}) => loginActions.chooseLogout(),
  async status(options) {
    const {showStatus} = await import('./show-status.ts')
    await bringUpToDate(options)
    await showStatus(options)
  },
  async accounts(options) {
    const {manageAccounts} = await import('./manage-accounts.ts')
    await bringUpToDate(options)
    await manageAccounts(options)
  },
  async switchAccount(options) {
    const {switchAccount} = await import('./switch-account.ts')
    await switchAccount(options)
  },
  async importLogin(options) {
    const {importLogin} = await import('../login/import-login.ts')
    await importLogin(options)
  },
  async whyThisAccount(options) {
    const {explainAccount} = await import('./explain-account.ts')
    await explainAccount(options)
  },
}

/** Asks for what is left where nothing new is known; a backend that does not answer is not waited for. */
async function bringUpToDate({memory, usage}: AccountActionOptions): Promise<void> {
  await memory.load()
  await untilAborted(usage.reload.stale(), AbortSignal.timeout(MAX_WAIT_MS)).catch(() => {})
}

/** Registers every command. One that fails with a {@link CodexError} shows it in a notification. */
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
        options.ui.showNotification(explainError(error), {type: 'error'})
        return undefined
      }
    }),
  )
}
