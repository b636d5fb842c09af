/**
 * The model that the editor asks for titles.
 *
 * @module
 */
import {UTILITY_SETTING} from '../names.ts'
import type {KeyValueStorage} from '../../../storage/key-value-storage.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** The model that answers in the chat, in the words of the editor. */
const CHAT_MODEL = 'mainAgent'

/** Under this name it is kept that the user was asked. */
const ASKED = 'asked-for-titles'

/** The editor's settings and messages, and what was asked before. */
export interface OfferTitlesOptions {
  readonly api: Pick<VscodeApi, 'window' | 'workspace'>
  readonly once: Pick<KeyValueStorage, 'get' | 'set'>
}

/**
 * Asks once whether the model in the chat writes titles, too. Until that is decided, the editor shows a banner above
 * the chat's input. An editor without the setting is left alone.
 */
export async function offerTitles({api, once}: OfferTitlesOptions): Promise<void> {
  const {defaultValue, globalValue} =
    api.workspace.getConfiguration().inspect(UTILITY_SETTING) ?? {}
  if (defaultValue === undefined || globalValue !== undefined) return
  if ((await once.get(ASKED)) === true) return
  await once.set(ASKED, true)
  const use = 'Use Codex'
  const chosen = await api.window.showInformationMessage(
    'The editor also asks a model for the titles of chats. Should the model in the chat write them?',
    use,
    'Not Now',
  )
  if (chosen === use) await useForTitles(api)
}

/** Lets the model that answers in the chat write titles, in every window. */
export async function useForTitles({workspace}: Pick<VscodeApi, 'workspace'>): Promise<void> {
  await workspace.getConfiguration().update(UTILITY_SETTING, CHAT_MODEL, true)
}
